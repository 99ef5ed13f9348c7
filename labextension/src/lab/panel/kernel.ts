// A panel's kernel: found again after a reload of the page, started where there is none.
import { type ISessionContext, SessionContext } from "@jupyterlab/apputils";
import { type Kernel, KernelAPI, type ServiceManager } from "@jupyterlab/services";
import { chooseKernelspec } from "./kernelspec.ts";
import { kernelFailed, type Notice, noKernelspec, noNbboard, noPython } from "./notices.ts";
import { PROBE_CODE, PROBE_EXPRESSION, readProbe } from "./probe.ts";
import { type PanelSpec, SESSION_TYPE, sessionName, sessionPath } from "./spec.ts";

/** How often an interrupted kernel is asked again, and after which time. */
const ATTEMPTS = 20;
const ABORTED_MS = 100;

/** Why there is no kernel, as something to show. */
export class NoticeError extends Error {
  readonly notice: Notice;

  constructor(notice: Notice) {
    super(notice.text);
    this.notice = notice;
  }
}

export function createSessionContext(
  manager: ServiceManager.IManager,
  spec: PanelSpec,
): SessionContext {
  return new SessionContext({
    sessionManager: manager.sessions,
    specsManager: manager.kernelspecs,
    path: sessionPath(spec),
    name: sessionName(spec),
    type: SESSION_TYPE,
    // The session is started by ensureKernel, which can say in words why it could not.
    kernelPreference: { shouldStart: false, canStart: true, language: "python" },
  });
}

/**
 * Connects to the panel's session, starting it if need be.
 *
 * @returns whether the kernel was running already
 * @throws NoticeError - with a sentence and its cure
 */
export async function ensureKernel(
  manager: ServiceManager.IManager,
  context: SessionContext,
  wanted: string,
): Promise<boolean> {
  await context.initialize(); // finds a running session by its path
  if (context.session?.kernel) return true;
  await manager.kernelspecs.refreshSpecs();
  const { specs } = manager.kernelspecs;
  const name = chooseKernelspec(specs, wanted);
  if (name === null) throw new NoticeError(noKernelspec());
  const label = specs?.kernelspecs[name]?.display_name ?? name;
  let id: string;
  try {
    // Started by itself first: a session context shows a failure in a dialog of its own.
    // The path, which the server knows and the types do not, is where the kernel works.
    const options: { name: string; path: string } = { name, path: context.path };
    ({ id } = await KernelAPI.startNew(options, manager.serverSettings));
  } catch (error) {
    throw new NoticeError(kernelFailed(label, reasonOf(error)));
  }
  await context.changeKernel({ id });
  if (!context.session?.kernel) throw new NoticeError(kernelFailed(label, ""));
  return false;
}

/** What the server said, without its traceback. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0]?.slice(0, 300) ?? "";
}

/**
 * Makes sure that the kernel can do what it is about to be asked.
 *
 * @throws NoticeError - with a sentence and its cure
 */
export async function checkEnvironment(context: ISessionContext): Promise<void> {
  const kernel = context.session?.kernel;
  if (!kernel) throw new NoticeError(kernelFailed("Python", ""));
  const { language_info: language } = await kernel.info;
  if (language.name !== "python") {
    throw new NoticeError(noPython(context.kernelDisplayName, language.name));
  }
  const found = readProbe(await ask(kernel));
  if (found === null || found.nbboard === null) {
    throw new NoticeError(noNbboard(context.kernelDisplayName, found?.python ?? ""));
  }
}

async function ask(kernel: Kernel.IKernelConnection): Promise<unknown> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const future = kernel.requestExecute({
      code: PROBE_CODE,
      silent: true,
      store_history: false,
      user_expressions: { nbboard: PROBE_EXPRESSION },
    });
    const { content } = await future.done;
    if (content.status === "ok") return content.user_expressions;
    if (content.status === "error") break;
    // A kernel that was interrupted refuses all that waited meanwhile.
    await new Promise((resolve) => setTimeout(resolve, ABORTED_MS));
  }
  return undefined;
}
