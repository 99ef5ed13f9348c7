// The conversation with the kernel: news that it pushes, requests that it answers.
// While a cell runs nothing we send arrives, so a request may wait for minutes.
import { type Signal, signal } from "@preact/signals";
import type { Model } from "./model.ts";
import { type Content, unpack } from "./wire.ts";

export type { Content } from "./wire.ts";

interface Message {
  type: "news" | "answer";
  content: Content;
  id?: number;
  error?: string;
}

interface Waiting {
  resolve(content: Content): void;
  reject(error: Error): void;
}

const BUSY_AFTER_MS = 400;

export class Link {
  /** Whether an answer is overdue: the kernel runs a cell (or is gone). */
  readonly busy: Signal<boolean> = signal(false);
  /** How many requests wait. */
  readonly pending: Signal<number> = signal(0);
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<(news: Content) => void>();
  private next = 1;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private readonly model: Model;
  /** What came before `open`. */
  private early: (() => void)[] | null = [];

  constructor(model: Model) {
    this.model = model;
    model.on("msg:custom", ((message: Message, buffers: DataView[]) => {
      if (message?.type !== "news" && message?.type !== "answer") return;
      const take = (): void => this.take(message, buffers ?? []);
      if (this.early) this.early.push(take);
      else take();
    }) as never);
  }

  /** Hand on what the kernel says, and what it has said. */
  open(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const take of early) take();
  }

  private take(message: Message, buffers: readonly DataView[]): void {
    const content = unpack(message.content, buffers);
    if (message.type === "news") {
      this.deliver(content);
      return;
    }
    const waiting = this.waiting.get(message.id ?? 0);
    this.waiting.delete(message.id ?? 0);
    this.settle();
    if (message.error) waiting?.reject(new Error(message.error));
    else waiting?.resolve(content);
  }

  /** Hand out what the kernel has sent unasked. */
  deliver(content: Content): void {
    // Before `open` nobody listens yet.
    if (this.early) {
      this.early.push(() => this.deliver(content));
      return;
    }
    for (const listener of this.listeners) listener(content);
  }

  /** Be told what the kernel pushes; returns how to stop. */
  onNews(listener: (news: Content) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ask the kernel; settles when it is free. Fails with the text of its exception. */
  request(method: string, params: Record<string, unknown> = {}): Promise<Content> {
    const id = this.next++;
    const answer = new Promise<Content>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.settle();
    try {
      this.model.send({ type: "request", id, method, params });
    } catch {
      this.waiting.get(id)?.reject(new Error("There is no kernel to ask."));
      this.waiting.delete(id);
      this.settle();
    }
    return answer;
  }

  /** Say something that needs no answer. */
  tell(content: Record<string, unknown>): void {
    try {
      this.model.send(content);
    } catch {
      // No kernel: nobody needs to know.
    }
  }

  private settle(): void {
    this.pending.value = this.waiting.size;
    if (this.waiting.size === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.busy.value = false;
    } else {
      this.timer ??= setTimeout(() => {
        this.busy.value = this.waiting.size > 0;
      }, BUSY_AFTER_MS);
    }
  }
}
