// esbuild turns style sheets and pictures into strings.
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.svg" {
  const text: string;
  export default text;
}
// A worker's module, bundled, as text: see src/worker/worker.ts.
declare module "*?text" {
  const text: string;
  export default text;
}
