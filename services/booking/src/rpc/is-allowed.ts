import { DomainError } from "@calends/kit/domain-error";

/** Whether a check lets something be done: the same that would refuse it. */
export function isAllowed(refuse: () => void): boolean {
  try {
    refuse();
    return true;
  } catch (error) {
    if (error instanceof DomainError) {
      return false; // The refusal is the answer.
    }
    throw error;
  }
}
