// Entry of the profile view.
import { ProfilePanel } from "../profile/panel.tsx";
import { ProfileStore } from "../profile/store.ts";
import css from "../profile/style.css";
import { defineView } from "../shell/mount.tsx";

export default defineView({
  kind: "profile",
  css,
  createStore: (ctx) => new ProfileStore(ctx),
  Panel: ProfilePanel,
});
