// Entry of the board.
import css from "../board/board.css";
import { BoardPanel } from "../board/panel.tsx";
import { BoardStore } from "../board/store.ts";
import { defineView } from "../shell/mount.tsx";

export default defineView({
  kind: "board",
  css,
  createStore: (ctx) => new BoardStore(ctx),
  Panel: BoardPanel,
});
