import { invalidField } from "@calends/kit/domain-error";
import { linkNotActive } from "./errors.ts";

/** What form an answer has. */
export type QuestionKind = "text" | "choice" | "number" | "phone";

/** What a booker is asked. */
export interface Question {
  readonly id: string;
  readonly label: string;
  readonly kind: QuestionKind;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly minValue: number | null;
  readonly maxValue: number | null;
  /** Characters; 0 means 2,000. */
  readonly maxLength: number;
}

/** What a caller sets of a link. */
export interface LinkFields {
  readonly slug: string;
  readonly appointmentTypeId: string;
  readonly active: boolean;
  readonly questions: readonly Question[];
  readonly message: string;
  readonly redirectUrl: string;
  readonly singleUse: boolean;
  readonly expiresAt: Date | null;
  /** Whether attendees are mailed without waiting for the booker's address to answer. */
  readonly trustsBookers: boolean;
}

/** The public address of an appointment type. */
export interface BookingLink extends LinkFields {
  readonly id: string;
  readonly used: boolean;
  readonly version: bigint;
  readonly createdAt: Date;
}

/** What a booker answered. */
export interface Answer {
  readonly questionId: string;
  readonly value: string;
  /** The question as the booker read it; absent where no link asked it. */
  readonly label?: string;
}

const defaultMaxLength = 2000;

/** Throws naming the first field that breaks a rule. */
export function validateLink({ questions, redirectUrl }: LinkFields): void {
  if (redirectUrl !== "" && !/^https?:\/\//i.test(redirectUrl)) {
    throw invalidField("fields.redirect_url", "must be an http or https address");
  }
  validateQuestions(questions);
}

/** Throws naming the first question that breaks a rule. */
export function validateQuestions(questions: readonly Question[]): void {
  const ids = new Set<string>();
  questions.forEach((question, index) => {
    const field = `fields.questions[${index}]`;
    if (ids.has(question.id)) {
      throw invalidField(`${field}.id`, `the question ${question.id} stands twice`);
    }
    ids.add(question.id);
    if (question.kind === "choice" && question.choices.length === 0) {
      throw invalidField(`${field}.choices`, "a choice needs choices");
    }
    const blank = question.choices.findIndex((choice) => choice === "" || choice !== choice.trim());
    if (blank >= 0) {
      throw invalidField(`${field}.choices[${blank}]`, "must not be empty, nor begin or end with a blank");
    }
    const { minValue, maxValue } = question;
    if (minValue !== null && maxValue !== null && minValue > maxValue) {
      throw invalidField(`${field}.max_value`, "min_value must not be greater than max_value");
    }
  });
}

/** Throws unless the link can be used now. */
export function refuseDeadLink(link: BookingLink, now: Date): void {
  const why = whyDead(link, now);
  if (why !== null) {
    throw linkNotActive(why);
  }
}

/** Why a link cannot be used now; null where it can. */
export function whyDead({ active, expiresAt, singleUse, used }: BookingLink, now: Date): string | null {
  if (!active) {
    return "is not active";
  }
  if (expiresAt !== null && expiresAt <= now) {
    return "has expired";
  }
  return singleUse && used ? "has been used" : null;
}

/**
 * Throws naming the answer that is missing or breaks the rule of its question, in the list that the request has at `path`;
 * returns the answers given.
 */
export function validateAnswers(
  questions: readonly Question[],
  answers: readonly Answer[],
  path = "details.answers",
): Answer[] {
  const byId = new Map(answers.map(({ questionId, value }) => [questionId, value.trim()]));
  answers.forEach(({ questionId }, index) => {
    if (!questions.some(({ id }) => id === questionId)) {
      throw invalidAnswer(`${path}[${index}].question_id`, `there is no question ${questionId}`);
    }
  });
  if (byId.size !== answers.length) {
    throw invalidAnswer(path, "each question may be answered once");
  }
  const given: Answer[] = [];
  for (const question of questions) {
    const value = byId.get(question.id) ?? "";
    const index = answers.findIndex(({ questionId }) => questionId === question.id);
    const field = index < 0 ? path : `${path}[${index}].value`;
    if (value === "") {
      if (question.required) {
        throw invalidAnswer(field, `${question.id}: an answer is required`);
      }
      continue;
    }
    const rule = brokenRule(question, value);
    if (rule !== undefined) {
      throw invalidAnswer(field, `${question.id}: ${rule}`);
    }
    given.push({ questionId: question.id, value, label: question.label });
  }
  return given;
}

function brokenRule(question: Question, value: string): string | undefined {
  switch (question.kind) {
    case "text": {
      const most = question.maxLength || defaultMaxLength;
      return Array.from(value).length > most ? `at most ${most} characters` : undefined;
    }
    case "choice":
      return question.choices.includes(value) ? undefined : "must be one of the choices";
    case "number":
      return brokenNumberRule(question, value);
    case "phone":
      return /^\+[1-9](?:[ ().-]{0,2}\d){6,14}$/.test(value)
        ? undefined
        : "must be a phone number in international form";
  }
}

function brokenNumberRule({ minValue, maxValue }: Question, value: string): string | undefined {
  const number = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) {
    return "must be a number";
  }
  if (minValue !== null && number < minValue) {
    return `must be at least ${minValue}`;
  }
  return maxValue !== null && number > maxValue ? `must be at most ${maxValue}` : undefined;
}

function invalidAnswer(field: string, rule: string) {
  return invalidField(field, rule, "INVALID_ANSWER");
}
