// The widget model behind the one that anywidget hands to modules, for what that one hides.

/** A model as modules see it. */
export interface Outer {
  get(name: "_own_id"): unknown;
  widget_manager: { get_model(id: string): Promise<unknown> };
}

export type Handler = (message: unknown) => unknown;

export interface Inner {
  comm?: { on_msg(handler: Handler): void };
  /** Whether there is a kernel that hears it. */
  comm_live?: boolean;
  _handle_comm_msg: Handler;
}

/** The inner model, or null where there is none: in a saved report, or after a restart. */
export async function innerOf(model: Outer): Promise<Inner | null> {
  try {
    return (await model.widget_manager.get_model(String(model.get("_own_id")))) as Inner;
  } catch {
    return null;
  }
}
