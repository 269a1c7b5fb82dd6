import { DomainError } from "@calends/kit/domain-error";

/** Starts times calendars times lengths that are looked at for one question: a core does so in well under a tenth of a second. */
export const maxQuestionSize = 1_000_000;

/** Throws where a question is larger than that, however few slots it asks for. */
export function refuseTooLarge(starts: number, calendars: number, lengths: number): void {
  if (starts * calendars * lengths > maxQuestionSize) {
    const what = `more than ${maxQuestionSize} starts of all calendars and lengths`;
    throw new DomainError("exhausted", "QUESTION_TOO_LARGE", `${what}: ask for a shorter range or fewer calendars`);
  }
}
