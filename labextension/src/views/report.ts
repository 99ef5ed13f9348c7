// Entry of saved reports: hosts views in a plain HTML file, without Jupyter and without a kernel.
import { startReport } from "../shell/report.ts";

startReport();
