// The worker's half of the harness: jobs that are called by name, in slices of time.
//
// A job is a function. One that takes long is a generator: it yields wherever it may be
// interrupted, and what it yields is its progress. A worker's module NAME.worker.ts ends with
// `export default offer({ job, other })`; the page's half is worker.ts.

/** Jobs by name; each takes one input that can be cloned. */
// biome-ignore lint/suspicious/noExplicitAny: each job has an input of its own
export type Jobs = Record<string, (input: any) => unknown>;

/** What both a worker's scope and a message port are. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** To the worker: begin a job, or stop it. */
export type Order = { id: number; job: string; input: unknown } | { id: number; stop: true };

/** From the worker. */
export type Told =
  | { ready: true }
  | { id: number; progress: unknown }
  | { id: number; result: unknown }
  | { id: number; error: string };

/** Milliseconds of work in one piece: in a worker only a stop has to wait, in a page the frame. */
const IN_WORKER = 100;
const IN_PAGE = 8;

/** Serves jobs to a port, until what it returns is called. */
export type Serve = (port: Port) => () => void;

/** Serves the jobs if this is a worker; returns what serves them in a page. */
export function offer(jobs: Jobs): Serve {
  // A page has a document; Node, where the tests are, has none, but no such scope either.
  if (typeof document === "undefined" && "DedicatedWorkerGlobalScope" in globalThis) {
    const scope = globalThis as unknown as Port;
    serve(jobs, scope, IN_WORKER);
    scope.postMessage({ ready: true } satisfies Told, []);
  }
  return (port) => serve(jobs, port, IN_PAGE);
}

function serve(jobs: Jobs, port: Port, slice: number): () => void {
  const running = new Map<number, { stopped: boolean }>();
  const tell = (told: Told, transfer: Transferable[] = []) => port.postMessage(told, transfer);
  port.onmessage = async ({ data }: MessageEvent<Order>) => {
    const { id } = data;
    if ("stop" in data) {
      const job = running.get(id);
      if (job) job.stopped = true;
      return;
    }
    const state = { stopped: false };
    running.set(id, state);
    try {
      const begun = jobs[data.job]!(data.input);
      const progress = (value: unknown) => tell({ id, progress: value });
      const result = isGenerator(begun) ? await inSlices(begun, slice, state, progress) : begun;
      tell({ id, result }, buffersOf(result));
    } catch (error) {
      tell({ id, error: error instanceof Error ? error.message : String(error) });
    } finally {
      running.delete(id);
    }
  };
  return () => {
    for (const job of running.values()) job.stopped = true;
  };
}

/** Runs a generator to its end; between two slices messages come in, and a page is drawn. */
async function inSlices(
  work: Generator,
  slice: number,
  state: { stopped: boolean },
  progress: (value: unknown) => void,
): Promise<unknown> {
  for (;;) {
    const end = performance.now() + slice;
    let step: IteratorResult<unknown>;
    do {
      step = work.next();
      if (step.done) return step.value;
    } while (performance.now() < end);
    progress(step.value);
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (state.stopped) {
      work.return(undefined);
      return undefined;
    }
  }
}

function isGenerator(value: unknown): value is Generator {
  return typeof value === "object" && value !== null && "next" in value && "return" in value;
}

/** The buffers of typed arrays anywhere in a value, which are moved instead of copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) buffersOf(item, found);
  return [...found];
}
