// The keyboard: everything the mouse can do to the camera.
import type { MeshState } from "./state.ts";

/** Degrees, and a fraction of the box's diagonal. */
const TURN = 7.5;
const PAN = 0.05;

export const KEYS =
  "Shift + arrows, drag: turn. I J K L, Shift + drag: move. + − 0: zoom. W: edges. Ctrl + wheel: zoom.";

export function keyAction(key: string, shift: boolean, state: MeshState): (() => void) | null {
  switch (key) {
    case "ArrowRight":
      return shift ? () => turn(state, TURN, 0) : null;
    case "ArrowLeft":
      return shift ? () => turn(state, -TURN, 0) : null;
    case "ArrowUp":
      return shift ? () => turn(state, 0, TURN) : null;
    case "ArrowDown":
      return shift ? () => turn(state, 0, -TURN) : null;
    case "j":
      return () => state.pan(-PAN, 0);
    case "l":
      return () => state.pan(PAN, 0);
    case "i":
      return () => state.pan(0, PAN);
    case "k":
      return () => state.pan(0, -PAN);
    case "+":
    case "=":
      return () => zoom(state, 1.25);
    case "-":
      return () => zoom(state, 0.8);
    case "0":
      return () => state.reset();
    case "w":
      return () => {
        state.showAs.value = state.showAs.peek() === "surface" ? "wireframe" : "surface";
      };
    default:
      return null;
  }
}

function turn(state: MeshState, azimuth: number, elevation: number): void {
  state.move();
  const turned = state.azimuth.peek() + azimuth;
  state.azimuth.value = turned - 360 * Math.round(turned / 360);
  state.elevation.value = Math.min(90, Math.max(-90, state.elevation.peek() + elevation));
}

function zoom(state: MeshState, factor: number): void {
  state.move();
  state.zoom.value = Math.min(1e6, Math.max(1e-6, state.zoom.peek() * factor));
}
