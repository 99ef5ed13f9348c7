// What to do where the page was so busy that anywidget gave a module up.
import { type Handler, type Inner, innerOf, type Outer } from "./inner.ts";

/** A message that asks for nothing, to see whether messages are taken. */
const NOTHING = { content: { data: { method: "nothing" } } };

/**
 * anywidget waits two seconds for the module of a new model, and where that took longer (a page
 * that opens with many views, a slow machine) refuses all its messages for good: the view would
 * be drawn and then never change. Here the model hears them again; `missed` is to ask for those
 * that came before.
 */
export async function hearWhenLate(model: Outer, missed: () => void): Promise<void> {
  const inner = await innerOf(model);
  if (!inner) return; // a saved report has no kernel to hear
  try {
    await inner._handle_comm_msg(NOTHING);
    return;
  } catch {
    // It is late.
  }
  const handle = handlerBelow(inner);
  if (!handle || !inner.comm) return;
  inner.comm.on_msg(handle.bind(inner));
  missed();
}

/** The handler that anywidget's own one calls once its waiting is over. */
function handlerBelow(inner: Inner): Handler | undefined {
  let proto: Inner | null = Object.getPrototypeOf(inner);
  while (proto && proto._handle_comm_msg === inner._handle_comm_msg) {
    proto = Object.getPrototypeOf(proto);
  }
  return proto?._handle_comm_msg;
}
