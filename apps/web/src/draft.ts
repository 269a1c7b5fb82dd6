/** What a booker types, the rules it has to keep, and the request it becomes. Pure. */
import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { QuestionKind, type Question } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingDetailsSchema, type BookingDetails } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { Span } from "./days.ts";
import type { Violation } from "./failures.ts";

/** Draft is the form as typed. */
export interface Draft {
  readonly name: string;
  readonly email: string;
  /** By question id. */
  readonly answers: Readonly<Record<string, string>>;
  readonly attendees: readonly string[];
}

/** An error sentence for each field at fault, by field id. The id "" is for what no field is to blame for. */
export type FieldErrors = ReadonlyMap<string, string>;

/** An empty form. */
export const EMPTY_DRAFT: Draft = { name: "", email: "", answers: {}, attendees: [] };

/** Returns the field id of a question's answer. */
export function answerField(questionId: string): string {
  return `answer-${questionId}`;
}

/** Returns the field id of an attendee's address. */
export function attendeeField(index: number): string {
  return `attendee-${index}`;
}

const MAX_NAME = 255;
const MAX_EMAIL = 254;
const MAX_TEXT = 2000;

/** Returns what is wrong with a draft, in the order of the fields; the server has the last word. */
export function checkDraft(draft: Draft, questions: readonly Question[]): FieldErrors {
  const checks: [field: string, error: string | undefined][] = [
    ["name", checkName(draft.name)],
    ["email", checkEmail(draft.email)],
    ...questions.map((question): [string, string | undefined] => [
      answerField(question.id),
      checkAnswer(question, draft.answers[question.id]?.trim() ?? ""),
    ]),
    ...draft.attendees.map((email, index): [string, string | undefined] => [
      attendeeField(index),
      email.trim() === "" ? undefined : checkEmail(email),
    ]),
  ];
  const errors = new Map<string, string>();
  for (const [field, error] of checks) {
    if (error !== undefined) errors.set(field, error);
  }
  return errors;
}

function checkName(name: string): string | undefined {
  if (name.trim() === "") return "Please enter your name.";
  return name.trim().length > MAX_NAME ? `Please use at most ${MAX_NAME} characters.` : undefined;
}

function checkEmail(email: string): string | undefined {
  if (email.trim() === "") return "Please enter an email address.";
  const plausible = /^[^\s@]+@[^\s@]+$/.test(email.trim()) && email.trim().length <= MAX_EMAIL;
  return plausible ? undefined : "Please enter an email address like ada@example.com.";
}

function checkAnswer(question: Question, answer: string): string | undefined {
  if (answer === "") {
    return question.required ? "Please answer this question." : undefined;
  }
  if (question.kind === QuestionKind.NUMBER) return checkNumber(question, decimal(answer));
  if (question.kind === QuestionKind.PHONE) return checkPhone(answer);
  const isTooLong = question.kind === QuestionKind.TEXT && Array.from(answer).length > maxLengthOf(question);
  return isTooLong ? `Please use at most ${maxLengthOf(question)} characters.` : undefined;
}

function checkPhone(answer: string): string | undefined {
  const isInternational = /^\+[1-9](?:[ ().-]{0,2}\d){6,14}$/.test(answer);
  return isInternational ? undefined : "Please enter a phone number with its country code, like +49 30 1234567.";
}

function checkNumber({ minValue, maxValue }: Question, text: string): string | undefined {
  const value = Number(text);
  if (!/^-?\d+(\.\d+)?$/.test(text)) return "Please enter a number.";
  if (minValue !== undefined && value < minValue) return `Please enter ${minValue} or more.`;
  return maxValue !== undefined && value > maxValue ? `Please enter ${maxValue} or less.` : undefined;
}

/** Returns how many characters a text answer may have. */
export function maxLengthOf(question: Question): number {
  return question.maxLength === 0 ? MAX_TEXT : question.maxLength;
}

/** In much of the world a comma is the decimal sign; the contract wants a point. */
function decimal(answer: string): string {
  return answer.replace(/^(-?\d+),(\d+)$/, "$1.$2");
}

/** Booker says who the page's visitor is, apart from what they type. */
export interface Booker {
  readonly zone: string;
  readonly language: string;
}

/** Returns the details of a booking request: unanswered questions and empty addresses are left out. */
export function detailsOf(draft: Draft, questions: readonly Question[], slot: Span, booker: Booker): BookingDetails {
  const reads = { timeZone: booker.zone, locale: booker.language.slice(0, 35) };
  return create(BookingDetailsSchema, {
    startTime: timestampFromMs(slot.startMs),
    duration: durationFromMs(slot.endMs - slot.startMs),
    booker: { name: draft.name.trim(), email: draft.email.trim(), ...reads },
    attendees: givenAttendees(draft).map(({ email }) => ({ name: email, email })),
    answers: answered(draft, questions).map(({ id, kind, value }) => ({
      questionId: id,
      value: kind === QuestionKind.NUMBER ? decimal(value) : value,
    })),
  });
}

function givenAttendees(draft: Draft): { email: string; field: string }[] {
  return draft.attendees
    .map((email, index) => ({ email: email.trim(), field: attendeeField(index) }))
    .filter(({ email }) => email !== "");
}

function answered(draft: Draft, questions: readonly Question[]): { id: string; kind: QuestionKind; value: string }[] {
  return questions
    .map(({ id, kind }) => ({ id, kind, value: draft.answers[id]?.trim() ?? "" }))
    .filter(({ value }) => value !== "");
}

/** Returns the server's violations as errors of the form's fields. */
export function placeViolations(
  violations: readonly Violation[],
  draft: Draft,
  questions: readonly Question[],
): FieldErrors {
  const errors = new Map<string, string>();
  for (const { field, description } of violations) {
    // The question's id before the rule is for programs; here the rule stands at the question.
    const id = fieldOfPath(field, draft, questions);
    const text = sentence(description.replace(/^[a-z][a-z0-9_]*: /, ""));
    errors.set(id, [errors.get(id), text].filter((part) => part !== undefined).join(" "));
  }
  return errors;
}

function fieldOfPath(path: string, draft: Draft, questions: readonly Question[]): string {
  if (path.includes("booker.name")) return "name";
  if (path.includes("booker.email")) return "email";
  const [, list, key] = /(attendees|answers)(?:\[["']?|\.)(\w+)/.exec(path) ?? [];
  if (list === "attendees") return givenAttendees(draft)[Number(key)]?.field ?? "";
  // An answer is named by its place in the request, or, where it is missing, by its question.
  const question = answered(draft, questions)[Number(key)]?.id ?? questions.find(({ id }) => id === (key ?? path))?.id;
  return question === undefined ? "" : answerField(question);
}

function sentence(text: string): string {
  const [first = "", ...rest] = text;
  return `${first.toUpperCase()}${rest.join("")}${/[.!?]$/.test(text) ? "" : "."}`;
}
