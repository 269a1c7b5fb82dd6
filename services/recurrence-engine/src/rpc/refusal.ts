import { refusalOf } from "@calends/recurrence-contract/refusal";

/** Runs work on a recurrence set; a set that is not legal becomes a refusal that names the part and the rule. */
export async function orInvalid<T>(work: () => T | Promise<T>, field = "recurrence", startField = field): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error, field, startField);
  }
}
