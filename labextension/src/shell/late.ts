// What to do where the page was so busy that anywidget gave a module up.

/** A model as modules see it. */
interface Outer {
  get(name: "_own_id"): unknown;
  widget_manager: { get_model(id: string): Promise<unknown> };
}

type Handler = (message: unknown) => unknown;

/** The model behind the one that anywidget hands to modules. */
interface Inner {
  comm?: { on_msg(handler: Handler): void };
  _handle_comm_msg: Handler;
}

/** A message that asks for nothing, to see whether messages are taken. */
const NOTHING = { content: { data: { method: "nothing" } } };

/**
 * anywidget waits two seconds for the module of a new model, and where that took longer (a page
 * that opens with many views, a slow machine) refuses all its messages for good: the view would
 * be drawn and then never change. Here the model hears them again; `missed` is to ask for those
 * that came before.
 */
export async function hearWhenLate(model: Outer, missed: () => void): Promise<void> {
  let inner: Inner;
  try {
    inner = (await model.widget_manager.get_model(String(model.get("_own_id")))) as Inner;
  } catch {
    return; // a saved report has no kernel to hear
  }
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
