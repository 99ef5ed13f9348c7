// Which of the installed kernels reads the logs.

/** The kernel to start: the one asked for, else the server's own if it is a Python. */
export function chooseKernelspec(
  specs: { default: string; kernelspecs: Record<string, { language: string } | undefined> } | null,
  wanted: string,
): string | null {
  if (specs === null) return null;
  if (wanted && specs.kernelspecs[wanted]) return wanted;
  if (specs.kernelspecs[specs.default]?.language === "python") return specs.default;
  const python = Object.entries(specs.kernelspecs).find(([, s]) => s?.language === "python");
  return python?.[0] ?? null;
}
