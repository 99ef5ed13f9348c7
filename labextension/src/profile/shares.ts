// What the time of all steps went to.
import type { Steps } from "./model.ts";

/** The shares of each role in the time of all steps. */
export function sharesOf(steps: Steps): number[] {
  const total = steps.duration.reduce((sum, one) => sum + one, 0);
  return steps.roles.map((_, role) => {
    let sum = 0;
    for (let step = 0; step < steps.names.length; step++) {
      sum += steps.byRole[step * steps.roles.length + role]!;
    }
    return total ? sum / total : 0;
  });
}
