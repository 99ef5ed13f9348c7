// Markdown out of a log as HTML that can do nothing but be read.
import DOMPurify from "dompurify";
import { Marked } from "marked";

/** TensorBoard's list (plugin_util.py); of images only those that bring their bytes along. */
const TAGS =
  "ul ol li p pre code blockquote h1 h2 h3 h4 h5 h6 hr br strong em a img table thead tbody td tr th";
const ATTRIBUTES = ["href", "title", "src", "alt", "target", "rel"];
const OWN_BYTES = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$/;

const marked = new Marked({ gfm: true });
const purify = DOMPurify();

purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "IMG" && !OWN_BYTES.test(node.getAttribute("src") ?? "")) {
    // Nothing is fetched because a log says so: its words stand in its place.
    node.replaceWith(node.getAttribute("alt") || "[image]");
  } else if (node.tagName === "A") {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
});

/** Texts that are longer than this are shown as they are: a page of Markdown would take seconds. */
const MOST = 200_000;

export function safeHtml(text: string): string {
  const short = text.length > MOST ? text.slice(0, MOST) : text;
  return purify.sanitize(render(short), {
    ALLOWED_TAGS: TAGS.split(" "),
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#|data:image\/)/i,
  });
}

function render(text: string): string {
  try {
    return marked.parse(text, { async: false });
  } catch {
    // Nested deeper than the parser goes.
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return `<pre>${escaped}</pre>`;
  }
}
