// Runs in TensorBoard's own page, which may have another origin than the notebook's: the
// frame around it cannot press its buttons, but may ask this script to.

/** What the frame says to the page inside. */
export interface Wish {
  nbboard: "reload";
}

function isWish(data: unknown): data is Wish {
  return (data as Partial<Wish> | null)?.nbboard === "reload";
}

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.source !== window.parent || !isWish(event.data)) return;
  const button = document.querySelector<HTMLButtonElement>(".reload-button");
  // While it loads, a second reload would only make both slower.
  if (button !== null && !button.disabled && !button.classList.contains("loading")) button.click();
});
