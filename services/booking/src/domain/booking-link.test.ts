import { DomainError } from "@calends/kit/domain-error";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  refuseDeadLink,
  validateAnswers,
  validateLink,
  type Answer,
  type BookingLink,
  type LinkFields,
  type Question,
} from "./booking-link.ts";

const question = (id: string, changes: Partial<Question> = {}): Question => ({
  id,
  label: id,
  kind: "text",
  required: false,
  choices: [],
  minValue: null,
  maxValue: null,
  maxLength: 0,
  ...changes,
});

/** The fields at fault and the reason, or what is accepted. */
function verdict<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    return error instanceof DomainError
      ? `${error.reason} ${error.violations.map(({ field }) => field).join()}`.trim()
      : String(error);
  }
}

function answersTo(questions: readonly Question[], ...answers: readonly (readonly [string, string])[]) {
  return verdict(() =>
    validateAnswers(
      questions,
      answers.map(([questionId, value]): Answer => ({ questionId, value })),
    ),
  );
}

const valueFault = "INVALID_ANSWER details.answers[0].value";

describe("answers", () => {
  test("are kept trimmed, in the order of the questions, blank ones left out", () => {
    const questions = [question("a"), question("b"), question("c")];
    expect(answersTo(questions, ["c", " 3 "], ["a", "1"], ["b", "  "])).toEqual([
      { questionId: "a", value: "1", label: "a" },
      { questionId: "c", value: "3", label: "c" },
    ]);
  });

  test("that must be given are missed when absent or blank", () => {
    const questions = [question("a", { required: true })];
    expect(answersTo(questions)).toBe("INVALID_ANSWER details.answers");
    expect(answersTo(questions, ["a", " \n"])).toBe(valueFault);
  });

  test("to no question, or twice to one, are refused", () => {
    expect(answersTo([question("a")], ["a", "1"], ["x", "1"])).toBe("INVALID_ANSWER details.answers[1].question_id");
    expect(answersTo([question("a")], ["a", "1"], ["a", "1"])).toBe("INVALID_ANSWER details.answers");
  });

  test("in text have a greatest length, counted in characters as people count them", () => {
    const limited = [question("a", { maxLength: 3 })];
    expect(answersTo(limited, ["a", "😀😀😀"])).toEqual([{ questionId: "a", value: "😀😀😀", label: "a" }]);
    expect(answersTo(limited, ["a", "abcd"])).toBe(valueFault);
    expect(answersTo([question("a")], ["a", "x".repeat(2000)])).not.toBe(valueFault);
    expect(answersTo([question("a")], ["a", "x".repeat(2001)])).toBe(valueFault);
  });

  test("are named where the request has them", () => {
    const asked = [question("a", { required: true }), question("n", { kind: "number" })];
    const faultOf = (...answers: Answer[]) => verdict(() => validateAnswers(asked, answers, "answers"));
    const [good, bad, other] = [
      { questionId: "a", value: "x" },
      { questionId: "n", value: "x" },
      { questionId: "b", value: "x" },
    ];
    expect(faultOf(good, bad)).toBe("INVALID_ANSWER answers[1].value");
    expect(faultOf(other, good)).toBe("INVALID_ANSWER answers[0].question_id");
    expect(faultOf()).toBe("INVALID_ANSWER answers");
  });

  test("to a choice are one of its choices, exactly", () => {
    const choice = [question("a", { kind: "choice", choices: ["Tea", "Coffee"] })];
    expect(answersTo(choice, ["a", "Tea"])).toEqual([{ questionId: "a", value: "Tea", label: "a" }]);
    expect(answersTo(choice, ["a", "tea"])).toBe(valueFault);
  });

  test("that are numbers are decimal numbers within their bounds", () => {
    const number = [question("a", { kind: "number", minValue: -1.5, maxValue: 10 })];
    const isAccepted = (value: string) => typeof answersTo(number, ["a", value]) !== "string";
    expect(["-1.5", "10", "0", "007", "3.25"].filter((value) => !isAccepted(value))).toEqual([]);
    const wrong = ["-1.51", "10.01", "1e1", "0x1", "NaN", "Infinity", "1,5", ".5", "5.", "+1", "--1", "1 2", "٣"];
    expect(wrong.filter(isAccepted)).toEqual([]);
  });

  test("that are phone numbers are in international form", () => {
    const phone = [question("a", { kind: "phone" })];
    const isAccepted = (value: string) => typeof answersTo(phone, ["a", value]) !== "string";
    const right = ["+49301234567", "+49 30 1234567", "+1-202-555-0123", "+1 (202) 555-0123", "+44.20.7946.0958"];
    expect(right.filter((value) => !isAccepted(value))).toEqual([]);
    const wrong = [
      "0301234567",
      "+0301234567",
      "+49",
      "+1234567890123456",
      "+49 30 12345x",
      "++49301234567",
      "+49\n301234567",
    ];
    expect(wrong.filter(isAccepted)).toEqual([]);
  });

  test("of any text never make anything but answers or a named refusal", () => {
    const kinds = fc.constantFrom<Question["kind"]>("text", "choice", "number", "phone");
    fc.assert(
      fc.property(kinds, fc.boolean(), fc.string({ unit: "binary" }), (kind, required, value) => {
        const result = answersTo([question("a", { kind, required, choices: ["x"] })], ["a", value]);
        expect(Array.isArray(result) || result === valueFault).toBe(true);
      }),
    );
  });
});

describe("a link", () => {
  const fields: LinkFields = {
    slug: "s",
    appointmentTypeId: "t",
    active: true,
    questions: [],
    message: "",
    redirectUrl: "",
    singleUse: false,
    expiresAt: null,
    trustsBookers: false,
  };
  const faultOf = (changes: Partial<LinkFields>) => verdict(() => validateLink({ ...fields, ...changes }));

  test("leads nowhere but to web addresses", () => {
    expect(faultOf({ redirectUrl: "https://a.example" })).toBeUndefined();
    for (const redirectUrl of [
      "javascript:alert(1)",
      "data:text/html,x",
      "ftp://a.example",
      "//a.example",
      " https://a.example",
    ]) {
      expect(faultOf({ redirectUrl })).toBe("INVALID_FIELD fields.redirect_url");
    }
  });

  test("asks questions that can be answered", () => {
    expect(faultOf({ questions: [question("a"), question("a")] })).toBe("INVALID_FIELD fields.questions[1].id");
    expect(faultOf({ questions: [question("a", { kind: "choice" })] })).toBe(
      "INVALID_FIELD fields.questions[0].choices",
    );
    for (const choice of ["Yes ", "\tYes", " "]) {
      const blank = question("a", { kind: "choice", choices: ["No", choice] });
      expect(faultOf({ questions: [blank] })).toBe("INVALID_FIELD fields.questions[0].choices[1]");
    }
    const backwards = question("a", { kind: "number", minValue: 2, maxValue: 1 });
    expect(faultOf({ questions: [backwards] })).toBe("INVALID_FIELD fields.questions[0].max_value");
  });

  test("is dead when inactive, used up, or from the instant of its end on", () => {
    const now = new Date(1000);
    const link: BookingLink = { ...fields, id: "l", used: false, version: 1n, createdAt: now };
    const stateOf = (changes: Partial<BookingLink>) => verdict(() => refuseDeadLink({ ...link, ...changes }, now));
    expect(stateOf({})).toBeUndefined();
    expect(stateOf({ used: true })).toBeUndefined();
    expect(stateOf({ expiresAt: new Date(1001) })).toBeUndefined();
    for (const dead of [{ active: false }, { used: true, singleUse: true }, { expiresAt: new Date(1000) }]) {
      expect(stateOf(dead)).toBe("LINK_NOT_ACTIVE");
    }
  });
});
