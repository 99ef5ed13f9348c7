// The worker of the graphs view.
import { offer } from "../../worker/serve.ts";
import { layout } from "./layout.ts";
import { search } from "./search.ts";

export const jobs = { layout, search };

export default offer(jobs);
