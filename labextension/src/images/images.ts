// One model's state: the images it has and what a person set; outlives the panels.
import type { ViewContext } from "../shell/context.ts";
import { ImagesState } from "./state.ts";
import { ImagesStore } from "./store.ts";

export interface Images {
  store: ImagesStore;
  state: ImagesState;
}

export function createImages(ctx: ViewContext): Images {
  const store = new ImagesStore(ctx);
  return { store, state: new ImagesState(ctx, store) };
}
