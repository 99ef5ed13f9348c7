// Heavy work apart from the page: in one worker made of a blob, or, where the page's policy
// forbids such workers (some webviews do), in the page itself, in slices between two frames.
//
//   import source from "./layout.worker.ts?text";           // bundled by options.mjs
//   import type { LayoutJobs } from "./layout.worker.ts";
//   const work = new Work<LayoutJobs>(source);
//   const places = await work.run("layout", input, { onProgress, signal });
//
// The worker is begun by begin() or the first job, and ended by close(). Jobs run beside each other as
// far as they yield (serve.ts).
import type { Jobs, Order, Port, Serve, Told } from "./serve.ts";

/** What a job returns in the end. */
type ResultOf<J> = J extends (input: never) => infer R
  ? // biome-ignore lint/suspicious/noExplicitAny: whatever it yields and is sent
    R extends Generator<any, infer Last, any>
    ? Last
    : R
  : never;

type ProgressOf<J> = J extends (input: never) => Generator<infer P> ? P : never;

export interface RunOptions<P> {
  /** Told at most once a slice of what the job yields. */
  onProgress?(progress: P): void;
  /** Stops the job: the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Buffers of the input that are given away instead of copied. */
  transfer?: Transferable[];
}

/** A connection to where the jobs are, and how to end it. */
export interface Connection {
  port: Port;
  /** Whether the jobs run beside the page, and can be ended in the middle. */
  apart: boolean;
  /** Called when all that is there has died, for example of memory. */
  onEnd?(listener: (why: Error) => void): void;
  close(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  progress?(value: unknown): void;
}

export class Work<J extends Jobs> {
  private readonly source: string;
  private readonly connect: (source: string) => Promise<Connection>;
  private readonly waiting = new Map<number, Waiting>();
  private connection: Promise<Connection> | undefined;
  private nextId = 0;

  /** `source` is the text of a worker's module; tests replace `connect`. */
  constructor(source: string, connect = connectToBlob) {
    this.source = source;
    this.connect = connect;
  }

  /** Run a job. Rejected with the job's error, or with the reason of an abort. */
  async run<N extends string & keyof J>(
    job: N,
    input: Parameters<J[N]>[0],
    options: RunOptions<ProgressOf<J[N]>> = {},
  ): Promise<ResultOf<J[N]>> {
    const { onProgress, signal, transfer = [] } = options;
    signal?.throwIfAborted();
    const { port } = await this.connected();
    signal?.throwIfAborted();
    const id = this.nextId++;
    const stop = (): void => {
      port.postMessage({ id, stop: true } satisfies Order, []);
      this.settle(id)?.reject(signal!.reason);
    };
    const done = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, progress: onProgress as Waiting["progress"] });
    });
    signal?.addEventListener("abort", stop);
    try {
      port.postMessage({ id, job, input } satisfies Order, transfer);
      return (await done) as ResultOf<J[N]>;
    } finally {
      this.settle(id);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Begin the worker before there is a job: a first one then need not wait for it. */
  begin(): void {
    this.connected().catch(() => undefined); // told to who runs a job
  }

  /** Whether jobs run in a worker, so that close() ends them wherever they are. */
  async apart(): Promise<boolean> {
    return (await this.connected()).apart;
  }

  /** End the worker; what it has not finished is rejected. Another job begins a new one. */
  close(): void {
    this.end(new Error("the view was closed"));
  }

  private connected(): Promise<Connection> {
    if (!this.connection) {
      const begun = this.connect(this.source);
      this.connection = begun;
      begun.then(
        (connection) => {
          // Closed before it was there.
          if (this.connection !== begun) return connection.close();
          connection.port.onmessage = ({ data }) => this.hear(data as Told);
          connection.onEnd?.((why) => this.end(why));
        },
        () => {
          if (this.connection === begun) this.connection = undefined;
        },
      );
    }
    return this.connection;
  }

  private hear(told: Told): void {
    if (!("id" in told)) return;
    if ("progress" in told) this.waiting.get(told.id)?.progress?.(told.progress);
    else if ("error" in told) this.settle(told.id)?.reject(new Error(told.error));
    else this.settle(told.id)?.resolve(told.result);
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private end(why: Error): void {
    this.connection?.then((connection) => connection.close()).catch(() => undefined);
    this.connection = undefined;
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(why);
  }
}

async function connectToBlob(source: string): Promise<Connection> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return await connectToWorker(url).catch(() => connectToPage(url));
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function connectToWorker(url: string): Promise<Connection> {
  const worker = new Worker(url, { type: "module" });
  // A policy that forbids it is told by an event, not by the constructor.
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = () => reject(new Error("no worker can be made of a blob here"));
  });
  return {
    port: worker,
    apart: true,
    onEnd(listener) {
      worker.onerror = ({ message }) => listener(new Error(message || "the worker has ended"));
    },
    close: () => worker.terminate(),
  };
}

async function connectToPage(url: string): Promise<Connection> {
  const { default: serve } = (await import(url)) as { default: Serve };
  return connectHere(serve);
}

/** The jobs in this thread, as where there are no workers. */
export function connectHere(serve: Serve): Connection {
  const { port1, port2 } = new MessageChannel();
  const stop = serve(port2);
  return {
    port: port1,
    apart: false,
    close() {
      stop();
      port1.close();
      port2.close();
    },
  };
}
