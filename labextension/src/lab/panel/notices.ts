// What a panel says when it cannot show logs: what happened, and the command that mends it.

export interface Notice {
  text: string;
  /** To type into a terminal; shown to be copied. */
  command?: string;
  /** What the person can do right here. */
  actions: Action[];
}

export type Action = "start" | "install" | "choose-kernel";

export const ACTION_LABELS: Record<Action, string> = {
  start: "Start",
  install: "Install it now",
  "choose-kernel": "Choose another kernel",
};

/** A path for a shell: quoted where it must be. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

export function noKernelspec(): Notice {
  return {
    text:
      "This Jupyter server has no Python kernel, and nbboard reads logs in one. " +
      "Install a kernel on the server, then press Start.",
    command: "python -m pip install ipykernel nbboard",
    actions: ["start"],
  };
}

export function noPython(kernel: string, language: string): Notice {
  return {
    text:
      `The kernel “${kernel}” speaks ${language}; nbboard needs one that speaks Python. ` +
      "If there is none, install one on the server.",
    command: "python -m pip install ipykernel nbboard",
    actions: ["choose-kernel"],
  };
}

export function noNbboard(kernel: string, python: string): Notice {
  return {
    text: `The kernel “${kernel}” has no nbboard. Install it into the kernel's environment.`,
    command: `${shellWord(python || "python")} -m pip install nbboard`,
    actions: ["install", "choose-kernel"],
  };
}

export function kernelFailed(kernel: string, reason: string): Notice {
  return {
    text:
      `The kernel “${kernel}” did not start${reason ? `: ${reason.replace(/[.\s]+$/, "")}` : ""}. ` +
      "See the server's log, or check what is installed.",
    command: "nbboard doctor",
    actions: ["start", "choose-kernel"],
  };
}

export function kernelDied(kernel: string): Notice {
  return {
    text:
      `The kernel “${kernel}” ended unexpectedly, and what it showed went with it. ` +
      "If that happens again, the machine may be out of memory.",
    actions: ["start", "choose-kernel"],
  };
}

export function stopped(name: string): Notice {
  return { text: `${name} was stopped; its kernel is gone.`, actions: ["start"] };
}

export function chooseFolder(name: string): Notice {
  return {
    text: `Enter the folder of your logs above; ${name} opens it when you press Enter.`,
    actions: [],
  };
}

export function otherDrive(drive: string): Notice {
  return {
    text:
      `This folder is on the drive “${drive}”, which only the browser can see. ` +
      "Enter a path or URL that the kernel can read.",
    actions: [],
  };
}
