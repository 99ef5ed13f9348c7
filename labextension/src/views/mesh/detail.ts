// What of a large mesh did not come with it: all of its points and faces, when nothing moves.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { Cache, type Held } from "../../stepped/cache.ts";
import { type Shape, shapeBytes, shapeOf } from "./shape.ts";

interface Fine extends Held {
  shape: Shape | null;
}

const BUDGET = 96 << 20;

/** What a request of the kernel names a mesh by. */
export interface MeshName {
  id: number;
  place: number;
  index: number;
}

export class Details {
  /** Counts arrivals, for components to depend on. */
  readonly arrivals: Signal<number> = signal(0);
  private readonly ctx: ViewContext;
  private readonly cache = new Cache<string, Fine>(BUDGET, () => {});

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
  }

  /** The finer form of a mesh, if it is here. */
  of(name: MeshName): Shape | null {
    this.arrivals.value;
    return this.cache.get(keyOf(name))?.shape ?? null;
  }

  /** Ask for it, once. */
  async want(name: MeshName): Promise<void> {
    const key = keyOf(name);
    if (this.cache.has(key) || this.ctx.lost.peek()) return;
    this.cache.set(key, { bytes: 0, shape: null });
    try {
      const shape = shapeOf(await this.ctx.request("mesh", { ...name }));
      this.cache.set(key, { bytes: shapeBytes(shape), shape });
      this.arrivals.value++;
    } catch {
      // The first form stays, and says that it is not all.
      this.cache.delete(key);
    }
  }
}

function keyOf({ id, place, index }: MeshName): string {
  return `${id}:${place}:${index}`;
}
