// The ways from a page to a port of the kernel's machine, without any DOM.

/** What the kernel says about a server; see nbboard/notebook/host.py. */
export interface Route {
  port: number;
  /** The public path, with a slash at both ends; it asks for a cookie. */
  path: string;
  /** The path that needs no cookie, and so must stay secret. */
  secret_path: string;
  /** What the server answers on its ready route. */
  identity: string;
  /** TENSORBOARD_PROXY_URL or VSCODE_PROXY_URI with the port put in, or empty. */
  proxy_url: string;
  /** JupyterHub's prefix as the kernel knows it, or empty. */
  base_url: string;
  help: { text: string; command: string };
}

/** What a way depends on in the page. */
export interface Page {
  /** The address of the page. */
  href: string;
  /** The Jupyter server's base URL as its page says it; null where it does not. */
  baseUrl: string | null;
}

/** Joins an address or path and a path with exactly one slash between them. */
function join(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`;
}

/** Resolves against the page; null for what is no address. */
function resolve(url: string, page: URL): string | null {
  try {
    return new URL(url, page).href;
  } catch {
    return null;
  }
}

/**
 * VS Code shows outputs in a webview, which has neither a Jupyter server nor a host; in a browser
 * (code-server and the like) the webview is a page of VS Code's own server.
 */
export function inVSCode(page: URL): boolean {
  return (
    page.protocol === "vscode-webview:" ||
    page.hostname.endsWith(".vscode-cdn.net") ||
    page.pathname.includes("/vs/workbench/contrib/webview/")
  );
}

/**
 * Lists the addresses at which a server may answer, in the order in which to try them.
 * Every address ends in a slash: TensorBoard's own are relative to it.
 */
export function candidates(route: Route, { href, baseUrl }: Page): string[] {
  const page = new URL(href);
  const found: (string | null)[] = [];
  // VS Code's template may leave the host to the page.
  const proxy = route.proxy_url.replace("{{host}}", page.host);
  if (proxy) found.push(resolve(join(proxy, route.path), page));
  if (inVSCode(page)) {
    found.push(`http://localhost:${route.port}${route.path}`);
  } else {
    const base = baseUrl ?? route.base_url;
    if (base) found.push(resolve(join(join(base, `proxy/${route.port}`), route.path), page));
    // From an https page, a browser refuses http on another host.
    if (page.protocol === "http:") found.push(`http://${page.hostname}:${route.port}${route.path}`);
  }
  return [...new Set(found.filter((url) => url !== null))];
}

/** The address to offer where none answered: it works once the port is forwarded. */
export function lastResort(route: Route): string {
  return `http://localhost:${route.port}${route.secret_path}`;
}

/** The same server at its address that needs no cookie. */
export function withSecret(url: string, route: Route): string {
  return url.slice(0, url.length - route.path.length) + route.secret_path;
}

/** What opens the door: the last part of the secret path. */
export function secretOf(route: Route): string {
  return route.secret_path.split("/").at(-2) ?? "";
}

/** Adds TensorBoard's switch for its theme; null leaves the choice to TensorBoard. */
export function themed(url: string, theme: "light" | "dark" | null, hash = ""): string {
  const address = new URL(url);
  if (theme !== null) address.searchParams.set("darkMode", String(theme === "dark"));
  address.hash = hash;
  return address.href;
}
