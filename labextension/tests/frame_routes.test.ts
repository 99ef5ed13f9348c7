import assert from "node:assert/strict";
import { test } from "node:test";
import {
  candidates,
  lastResort,
  type Route,
  secretOf,
  themed,
  withSecret,
} from "../src/frame/routes.ts";

const route: Route = {
  port: 4321,
  path: "/public/",
  secret_path: "/s3cret/",
  identity: "id",
  proxy_url: "",
  base_url: "",
  help: { text: "", command: "" },
};

test("JupyterLab: first its proxy below the base URL, then the same host over http", () => {
  const page = { href: "http://host:8888/user/someone/lab/tree/x", baseUrl: "/user/someone/" };
  assert.deepEqual(candidates(route, page), [
    "http://host:8888/user/someone/proxy/4321/public/",
    "http://host:4321/public/",
  ]);
});

test("over https only the proxy: a browser refuses http from there", () => {
  const page = { href: "https://hub/user/ada/lab", baseUrl: "/user/ada/" };
  assert.deepEqual(candidates(route, page), ["https://hub/user/ada/proxy/4321/public/"]);
});

test("a base URL without a slash, and one that only the kernel knows", () => {
  assert.deepEqual(candidates(route, { href: "https://h/x", baseUrl: "/a" }), [
    "https://h/a/proxy/4321/public/",
  ]);
  const known = { ...route, base_url: "/user/ada/" };
  assert.deepEqual(candidates(known, { href: "https://h/x", baseUrl: null }), [
    "https://h/user/ada/proxy/4321/public/",
  ]);
  assert.deepEqual(candidates(route, { href: "https://h/x", baseUrl: null }), []);
});

test("TENSORBOARD_PROXY_URL comes first, absolute or relative to the page", () => {
  const page = { href: "https://h/lab", baseUrl: "/" };
  const [first] = candidates({ ...route, proxy_url: "/proxy-of-mine/4321/" }, page);
  assert.equal(first, "https://h/proxy-of-mine/4321/public/");
  const [absolute] = candidates({ ...route, proxy_url: "https://tb.example/4321" }, page);
  assert.equal(absolute, "https://tb.example/4321/public/");
});

test("the same address is tried once, and nonsense not at all", () => {
  const page = { href: "https://h/lab", baseUrl: "/" };
  assert.equal(candidates({ ...route, proxy_url: "/proxy/4321/" }, page).length, 1);
  assert.equal(candidates({ ...route, proxy_url: "http://[" }, page).length, 1);
});

test("VS Code: absolute localhost, which it forwards", () => {
  const webview = "https://code.example/static/out/vs/workbench/contrib/webview/browser/pre/x.html";
  for (const href of ["vscode-webview://1q/index.html", "https://a1b2.vscode-cdn.net/x", webview]) {
    assert.deepEqual(candidates(route, { href, baseUrl: null }), ["http://localhost:4321/public/"]);
  }
});

test("code-server (its environment and page imitated): by its own proxy, then localhost", () => {
  const href = "https://code.example/stable/static/out/vs/workbench/contrib/webview/browser/pre/x";
  const page = { href, baseUrl: null };
  for (const proxy_url of ["https://code.example/proxy/4321/", "https://{{host}}/proxy/4321/"]) {
    assert.deepEqual(candidates({ ...route, proxy_url }, page), [
      "https://code.example/proxy/4321/public/",
      "http://localhost:4321/public/",
    ]);
  }
  const ports = { ...route, proxy_url: "//4321.code.example/" };
  assert.equal(candidates(ports, page)[0], "https://4321.code.example/public/");
});

test("the secret stands in an address only where no cookie is kept", () => {
  const page = { href: "https://hub/user/ada/lab", baseUrl: "/user/ada/" };
  const [url = ""] = candidates(route, page);
  assert.equal(url.includes("s3cret"), false);
  assert.equal(withSecret(url, route), "https://hub/user/ada/proxy/4321/s3cret/");
  assert.equal(secretOf({ ...route, secret_path: "/mine/s3cret/" }), "s3cret");
});

test("every address ends in a slash, and the link to offer is localhost's", () => {
  const page = { href: "http://h/lab", baseUrl: "/b" };
  for (const url of candidates({ ...route, proxy_url: "/p" }, page)) assert.match(url, /\/$/);
  assert.equal(lastResort(route), "http://localhost:4321/s3cret/");
});

test("TensorBoard's theme goes into the query, its tab stays in the hash", () => {
  assert.equal(themed("http://h/s/", "dark"), "http://h/s/?darkMode=true");
  assert.equal(themed("http://h/s/", "light", "#scalars"), "http://h/s/?darkMode=false#scalars");
  assert.equal(themed("http://h/s/", null), "http://h/s/");
});
