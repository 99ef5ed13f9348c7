// The numbers beside a chart: a row a line, its scores, and what the threshold decides.
import { formatStep } from "../../draw/format.ts";
import { Name } from "../../shell/controls.tsx";
import type { Decision } from "./curve.ts";
import type { CurveLine, Curves } from "./lines.ts";
import { count, share } from "./words.ts";

/** A chart of more lines is no table anybody reads to the end. */
const MOST_ROWS = 100;

/** Names of so many characters are written out, in up to three lines; the middle of others goes. */
const WRITTEN_OUT = 40;

type Props = Curves & { lines: readonly CurveLine[]; what: "run" | "tag" };

export function CurveTable({ lines, what, state, ctx }: Props) {
  const threshold = share(state.threshold.value);
  return (
    <div class="nbb-pr-numbers">
      <table class="nbb-pr-table">
        <thead>
          <tr>
            <th scope="col">{what}</th>
            <th scope="col">step</th>
            <th scope="col" title="Average precision: the area under the curve as steps">
              AP
            </th>
            <th scope="col" title="The area under the ROC curve">
              AUC
            </th>
            <th scope="col" title="The highest F1 score, and the threshold that has it">
              best F1
            </th>
            <th scope="col" title={`Precision at threshold ${threshold}`}>
              P
            </th>
            <th scope="col" title={`Recall at threshold ${threshold}`}>
              R
            </th>
            <th scope="col" title={`F1 at threshold ${threshold}`}>
              F1
            </th>
            <th scope="col" class="nbb-pr-confusion-head">
              {`confusion at ${threshold}`}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, MOST_ROWS).map((line) => (
            <Row key={line.series.key} line={line} state={state} ctx={ctx} />
          ))}
        </tbody>
      </table>
      {lines.length > MOST_ROWS && (
        <div class="nbb-note">{`${MOST_ROWS} of ${lines.length.toLocaleString("en")} lines`}</div>
      )}
    </div>
  );
}

function Row({ line, state, ctx }: Pick<Curves, "state" | "ctx"> & { line: CurveLine }) {
  const { series, name, color, step, other, curve, decision, why, dim } = line;
  const pick = { run: series.run, tag: series.tag, step: String(step), index: 0 };
  const hovered = state.hovered.value === series.key;
  const picked = step !== null && state.isPicked(pick);
  const label = name === series.run ? ctx.runs.label(name) : name;
  return (
    <tr
      data-hovered={hovered ? "" : undefined}
      data-dim={dim ? "" : undefined}
      onPointerEnter={() => {
        state.hovered.value = series.key;
      }}
      onPointerLeave={() => {
        state.hovered.value = null;
      }}
    >
      <th scope="row">
        <button
          type="button"
          class="nbb-pr-name"
          aria-pressed={picked}
          data-short={label.length <= WRITTEN_OUT ? "" : undefined}
          title={`${name}: pick it for view.selection`}
          onClick={() => {
            if (step !== null) state.pick(pick);
          }}
        >
          <span class="nbb-dot" style={{ background: color }} />
          <Name text={label} full={name} />
        </button>
      </th>
      <td
        data-label="step"
        data-other={other ? "" : undefined}
        title={other ? "The first step at or above the slider's, or the last" : undefined}
      >
        {step === null ? "–" : formatStep(step)}
      </td>
      {curve ? (
        <>
          <td data-label="AP">{share(curve.scores.average_precision)}</td>
          <td data-label="AUC">{share(curve.scores.roc_auc)}</td>
          <td
            class="nbb-pr-best"
            data-label="best F1"
            title={`at threshold ${share(curve.scores.best_threshold)}`}
          >
            {share(curve.scores.best_f1)}
            <small>{` @ ${share(curve.scores.best_threshold)}`}</small>
          </td>
          <td data-label="P">{share(decision?.precision)}</td>
          <td data-label="R">{share(decision?.recall)}</td>
          <td data-label="F1">{share(decision?.f1)}</td>
          <td class="nbb-pr-confusion-cell">{decision && <Confusion {...decision} />}</td>
        </>
      ) : (
        <td class="nbb-pr-why" colSpan={7} title={why}>
          {why}
        </td>
      )}
    </tr>
  );
}

/** The confusion matrix: what is positive above, what is called so left; darker where more is. */
function Confusion({ tp, fp, tn, fn, threshold }: Decision) {
  const cell = (name: string, value: number, of: number, meaning: string) => (
    <span
      title={`${meaning}: ${count(value)}`}
      style={{ "--nbb-share": `${Math.round(45 * Math.min(1, value / of || 0))}%` }}
    >
      <small>{name}</small>
      {count(value)}
    </span>
  );
  const at = `at threshold ${share(threshold)}`;
  return (
    <span class="nbb-pr-confusion">
      {cell("TP", tp, tp + fn, `positives called positive ${at}`)}
      {cell("FN", fn, tp + fn, `positives called negative ${at}`)}
      {cell("FP", fp, fp + tn, `negatives called positive ${at}`)}
      {cell("TN", tn, fp + tn, `negatives called negative ${at}`)}
    </span>
  );
}
