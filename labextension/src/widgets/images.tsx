// The anywidget module of nbboard/views/images.py.
import css from "../images/images.css";
import { createImages } from "../images/images.ts";
import { ImagesPanel } from "../images/panel.tsx";
import { defineView } from "../shell/mount.tsx";

export default defineView({ kind: "images", css, createStore: createImages, Panel: ImagesPanel });
