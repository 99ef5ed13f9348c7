// nbboard's pictures, in the colours of the host's own icons.
import { LabIcon } from "@jupyterlab/ui-components";
import board from "../../style/icons/board.svg";
import live from "../../style/icons/live.svg";
import paused from "../../style/icons/paused.svg";
import tensorboard from "../../style/icons/tensorboard.svg";
import type { Kind } from "./panel/spec.ts";

const boardIcon = new LabIcon({ name: "nbboard:board", svgstr: board });
const tensorboardIcon = new LabIcon({ name: "nbboard:tensorboard", svgstr: tensorboard });

export function kindIcon(kind: Kind): LabIcon {
  return kind === "board" ? boardIcon : tensorboardIcon;
}

/** Event files in the file browser. */
export const eventFileIcon = boardIcon;

/** Whether a panel follows new data. */
export const liveIcon = new LabIcon({ name: "nbboard:live", svgstr: live });
export const pausedIcon = new LabIcon({ name: "nbboard:paused", svgstr: paused });
