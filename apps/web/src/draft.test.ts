import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { QuestionKind, QuestionSchema, type Question } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { checkDraft, detailsOf, EMPTY_DRAFT, placeViolations, type Draft } from "./draft.ts";

const QUESTIONS: Question[] = [
  create(QuestionSchema, { id: "topic", label: "Topic", kind: QuestionKind.TEXT, required: true, maxLength: 10 }),
  create(QuestionSchema, { id: "people", label: "People", kind: QuestionKind.NUMBER, minValue: 1, maxValue: 6.5 }),
  create(QuestionSchema, { id: "phone", label: "Phone", kind: QuestionKind.PHONE }),
];
const ADA: Draft = { ...EMPTY_DRAFT, name: "Ada", email: "ada@example.com", answers: { topic: "Engines" } };
const SLOT = { startMs: Date.parse("2026-11-23T14:00:00Z"), endMs: Date.parse("2026-11-23T14:30:00Z") };

function faults(answers: Record<string, string>): string[] {
  return [...checkDraft({ ...ADA, answers: { topic: "Engines", ...answers } }, QUESTIONS).keys()];
}

describe("checking a draft", () => {
  test("finds everything missing, in the order of the fields", () => {
    expect([...checkDraft(EMPTY_DRAFT, QUESTIONS).keys()]).toEqual(["name", "email", "answer-topic"]);
    expect([...checkDraft(ADA, QUESTIONS)]).toEqual([]);
  });

  test("counts blanks as missing", () => {
    expect([...checkDraft({ ...ADA, name: "  ", answers: { topic: " " } }, QUESTIONS).keys()]).toEqual([
      "name",
      "answer-topic",
    ]);
  });

  test("holds numbers to their bounds, with a point or a comma", () => {
    for (const good of ["", "1", "6.5", "6,5", "2"]) expect([good, faults({ people: good })]).toEqual([good, []]);
    for (const bad of ["0", "6.6", "7", "two", "1,000,000", "1e3", "Infinity"]) {
      expect([bad, faults({ people: bad })]).toEqual([bad, ["answer-people"]]);
    }
  });

  test("wants phone numbers in international form", () => {
    expect(faults({ phone: "+49 30 1234567" })).toEqual([]);
    for (const bad of ["030 1234567", "+0 30 1234567", "+49 30", "+49 30 12x4567", "+1234567890123456"]) {
      expect([bad, faults({ phone: bad })]).toEqual([bad, ["answer-phone"]]);
    }
  });

  test("holds text to the question's length", () => {
    expect(faults({ topic: "0123456789" })).toEqual([]);
    expect(faults({ topic: "0123456789x" })).toEqual(["answer-topic"]);
  });

  test("lets an attendee's line stay empty but not wrong", () => {
    expect([...checkDraft({ ...ADA, attendees: ["", "bob", "eve@example.com"] }, QUESTIONS).keys()]).toEqual([
      "attendee-1",
    ]);
  });
});

test("a request has the trimmed draft, the slot's length and how the booker reads times", () => {
  const draft = {
    ...ADA,
    name: " Ada ",
    answers: { topic: "Engines", people: "2,5", phone: "" },
    attendees: ["", " b@c.d "],
  };
  const details = detailsOf(draft, QUESTIONS, SLOT, { zone: "Europe/Berlin", language: "de-DE" });
  expect(details.booker).toMatchObject({ name: "Ada", timeZone: "Europe/Berlin", locale: "de-DE" });
  expect(details.duration?.seconds).toBe(1800n);
  expect(details.attendees.map(({ email }) => email)).toEqual(["b@c.d"]);
  expect(details.answers.map(({ questionId, value }) => [questionId, value])).toEqual([
    ["topic", "Engines"],
    ["people", "2.5"],
  ]);
});

describe("the server's violations", () => {
  const draft: Draft = { ...ADA, answers: { topic: "Engines", phone: "+1" }, attendees: ["", "bob"] };
  function placed(field: string): string[] {
    return [...placeViolations([{ field, description: "must be right" }], draft, QUESTIONS).keys()];
  }

  test("are shown at the fields they name", () => {
    expect(placed("details.booker.name")).toEqual(["name"]);
    expect(placed("details.booker.email")).toEqual(["email"]);
  });

  test("find a line by its place in the request, from which empty ones were left out", () => {
    expect(placed("details.answers[1].value")).toEqual(["answer-phone"]);
    expect(placed("details.attendees[0].email")).toEqual(["attendee-1"]);
  });

  test("find an answer that is missing by its question", () => {
    for (const path of ["details.answers.people", 'details.answers["people"]', "details.answers[people]", "people"]) {
      expect([path, placed(path)]).toEqual([path, ["answer-people"]]);
    }
  });

  test("say the rule without the question's id, which is not for people", () => {
    const violations = [{ field: "details.answers[0].value", description: "topic: at most 5 characters" }];
    expect([...placeViolations(violations, draft, QUESTIONS)]).toEqual([["answer-topic", "At most 5 characters."]]);
  });

  test("are never lost, also when they name no field of the form", () => {
    const violations = [
      { field: "slug", description: "is odd" },
      { field: "details.answers[9].value", description: "is odder" },
    ];
    expect([...placeViolations(violations, draft, QUESTIONS)]).toEqual([["", "Is odd. Is odder."]]);
  });
});
