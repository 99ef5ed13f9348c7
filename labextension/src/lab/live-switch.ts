// The board has a switch for "live" of its own; the panel's follows it.
import type { ISessionContext } from "@jupyterlab/apputils";
import type { Kernel } from "@jupyterlab/services";

interface WidgetMessage {
  method?: unknown;
  state?: { live?: unknown };
}

/** Whether a message of the widget protocol turns "live" on or off; null if it says nothing. */
export function liveIn(type: string, content: unknown): boolean | null {
  if (type !== "comm_msg") return null;
  const data = (content as { data?: WidgetMessage }).data;
  const live = data?.method === "update" ? data.state?.live : undefined;
  return typeof live === "boolean" ? live : null;
}

/** Calls back when the board in a panel was turned live or paused, by whomever. */
export function followLive(context: ISessionContext, turned: (live: boolean) => void): void {
  const listen = (_: unknown, { msg }: Kernel.IAnyMessageArgs): void => {
    const live = liveIn(msg.header.msg_type, msg.content);
    if (live !== null) turned(live);
  };
  context.kernelChanged.connect((_, { oldValue, newValue }) => {
    oldValue?.anyMessage.disconnect(listen);
    newValue?.anyMessage.connect(listen);
  });
}
