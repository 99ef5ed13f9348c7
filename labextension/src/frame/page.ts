// What the frame asks of the page it is in.

/** The Jupyter server's base URL, where the page is one of its own. */
export function baseUrl(): string | null {
  const config = document.getElementById("jupyter-config-data")?.textContent;
  if (config) {
    try {
      const value: unknown = JSON.parse(config).baseUrl;
      if (typeof value === "string") return value;
    } catch {
      // Not Jupyter's after all.
    }
  }
  return document.body.dataset.baseUrl ?? null;
}

/** The theme the host shows now; null where it does not say. */
export function hostTheme(): "light" | "dark" | null {
  const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
  if (jpThemeLight !== undefined) return jpThemeLight === "false" ? "dark" : "light";
  if (vscodeThemeKind !== undefined) {
    return /light/.test(vscodeThemeKind) ? "light" : "dark";
  }
  return null;
}

/** Calls back when the host changes its theme. */
export function onThemeChange(callback: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"],
  });
  signal.addEventListener("abort", () => observer.disconnect());
}

/** Whether a server answers at this address, and is the one that is meant. */
export async function answers(url: string, identity: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}nbboard/ready`, {
      // A login page that a redirect leads to would answer 200, too.
      redirect: "manual",
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) return false;
    const answer: unknown = await response.json();
    return (answer as { nbboard?: unknown } | null)?.nbboard === identity;
  } catch {
    return false;
  }
}

/**
 * Hands a server its secret for a cookie, so that its addresses need not hold the secret.
 *
 * @param url - the server's public address
 * @returns whether the browser keeps the cookie, and sends it
 */
export async function enter(url: string, secret: string): Promise<boolean> {
  const options: RequestInit = {
    credentials: "include",
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(5000),
  };
  try {
    // In the body, which nobody writes into a log; as plain text, which needs no permission.
    await fetch(`${url}nbboard-enter`, { ...options, method: "POST", body: secret });
    const answer: unknown = await (await fetch(`${url}nbboard/inside`, options)).json();
    return (answer as { inside?: unknown } | null)?.inside === true;
  } catch {
    return false;
  }
}
