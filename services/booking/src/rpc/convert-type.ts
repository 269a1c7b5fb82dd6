import { create } from "@bufbuild/protobuf";
import { durationFromMs, durationMs, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  AppointmentTypeSchema,
  AppointmentTypeStatus,
  BookingLinkSchema,
  Category as CategoryMessage,
  LocationMode as LocationModeMessage,
  QuestionKind as QuestionKindMessage,
  type AppointmentType as AppointmentTypeMessage,
  type AppointmentTypeFields,
  type BookingLink as BookingLinkMessage,
  type BookingLinkFields,
  type Question as QuestionMessage,
} from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { must } from "@calends/kit/must";
import type { AppointmentType, Category, LocationMode, TypeFields, TypeStatus } from "../domain/appointment-type.ts";
import { keyOf, msOf } from "./convert-basics.ts";
import { fromTypeRules, toRulesMessage } from "./convert-type-rules.ts";
import type { BookingLink, LinkFields, Question, QuestionKind } from "../domain/booking-link.ts";

const categories: Readonly<Record<Category, CategoryMessage>> = {
  one_on_one: CategoryMessage.ONE_ON_ONE,
  group: CategoryMessage.GROUP,
  collective: CategoryMessage.COLLECTIVE,
  round_robin: CategoryMessage.ROUND_ROBIN,
};

const locationModes: Readonly<Record<LocationMode, LocationModeMessage>> = {
  video: LocationModeMessage.VIDEO,
  phone: LocationModeMessage.PHONE,
  in_person: LocationModeMessage.IN_PERSON,
  custom: LocationModeMessage.CUSTOM,
};

const typeStatuses: Readonly<Record<TypeStatus, AppointmentTypeStatus>> = {
  active: AppointmentTypeStatus.ACTIVE,
  inactive: AppointmentTypeStatus.INACTIVE,
  archived: AppointmentTypeStatus.ARCHIVED,
};

const questionKinds: Readonly<Record<QuestionKind, QuestionKindMessage>> = {
  text: QuestionKindMessage.TEXT,
  choice: QuestionKindMessage.CHOICE,
  number: QuestionKindMessage.NUMBER,
  phone: QuestionKindMessage.PHONE,
};

/** A type as a message. */
export function toTypeMessage(type: AppointmentType): AppointmentTypeMessage {
  return create(AppointmentTypeSchema, {
    id: type.id,
    status: typeStatuses[type.status],
    version: type.version,
    createTime: timestampFromDate(type.createdAt),
    updateTime: timestampFromDate(type.updatedAt),
    fields: toFieldsMessage(type.fields),
  });
}

function toFieldsMessage(fields: TypeFields) {
  return {
    ...fields,
    durations: fields.durationsMs.map(durationFromMs),
    ...(fields.stepMs === 0 ? {} : { step: durationFromMs(fields.stepMs) }),
    bufferBefore: durationFromMs(fields.bufferBeforeMs),
    bufferAfter: durationFromMs(fields.bufferAfterMs),
    minNotice: durationFromMs(fields.minNoticeMs),
    category: categories[fields.category],
    hosts: [...fields.hosts],
    locationMode: locationModes[fields.locationMode],
    ...toRulesMessage(fields),
  };
}

/** A type's fields from a message that has passed validation. */
export function fromTypeFields(message: AppointmentTypeFields | undefined): TypeFields {
  const fields = must(message, "fields");
  return {
    name: fields.name,
    description: fields.description,
    durationsMs: fields.durations.map(durationMs),
    stepMs: msOf(fields.step),
    bufferBeforeMs: msOf(fields.bufferBefore),
    bufferAfterMs: msOf(fields.bufferAfter),
    minNoticeMs: msOf(fields.minNotice),
    maxFutureDays: fields.maxFutureDays,
    maxBookingsPerDay: fields.maxBookingsPerDay,
    category: keyOf(categories, fields.category),
    hosts: fields.hosts.map(({ calendarId, name, email, timeZone, weight, priority }) => ({
      calendarId,
      name,
      email,
      timeZone,
      weight: weight === 0 ? 1 : weight,
      priority,
    })),
    locationMode: keyOf(locationModes, fields.locationMode),
    videoLink: fields.videoLink,
    locationText: fields.locationText,
    requiresConfirmation: fields.requiresConfirmation,
    timeZone: fields.timeZone,
    ...fromTypeRules(fields),
  };
}

/** A type's status from a message that has passed validation. */
export function fromTypeStatus(message: AppointmentTypeStatus): TypeStatus {
  return keyOf(typeStatuses, message);
}

/** Where a type's meetings take place, as a message. */
export function toLocationModeMessage(mode: LocationMode): LocationModeMessage {
  return locationModes[mode];
}

/** A link as a message. */
export function toLinkMessage(link: BookingLink): BookingLinkMessage {
  return create(BookingLinkSchema, {
    id: link.id,
    used: link.used,
    version: link.version,
    createTime: timestampFromDate(link.createdAt),
    fields: {
      slug: link.slug,
      appointmentTypeId: link.appointmentTypeId,
      active: link.active,
      questions: link.questions.map(toQuestionMessage),
      confirmationMessage: link.message,
      redirectUrl: link.redirectUrl,
      singleUse: link.singleUse,
      trustsBookers: link.trustsBookers,
      ...(link.expiresAt === null ? {} : { expireTime: timestampFromDate(link.expiresAt) }),
    },
  });
}

/** A question as a message. */
export function toQuestionMessage(question: Question) {
  const { minValue, maxValue, kind, choices, ...rest } = question;
  return {
    ...rest,
    kind: questionKinds[kind],
    choices: [...choices],
    ...(minValue === null ? {} : { minValue }),
    ...(maxValue === null ? {} : { maxValue }),
  };
}

/** A link's fields from a message that has passed validation. */
export function fromLinkFields(message: BookingLinkFields | undefined): LinkFields {
  const fields = must(message, "fields");
  return {
    slug: fields.slug,
    appointmentTypeId: fields.appointmentTypeId,
    active: fields.active,
    questions: fields.questions.map(fromQuestion),
    message: fields.confirmationMessage,
    redirectUrl: fields.redirectUrl,
    singleUse: fields.singleUse,
    trustsBookers: fields.trustsBookers,
    expiresAt: fields.expireTime === undefined ? null : timestampDate(fields.expireTime),
  };
}

/** A question from a message that has passed validation. */
export function fromQuestion({ id, label, required, maxLength, ...question }: QuestionMessage): Question {
  return {
    id,
    label,
    required,
    maxLength,
    kind: keyOf(questionKinds, question.kind),
    choices: question.choices,
    minValue: question.minValue ?? null,
    maxValue: question.maxValue ?? null,
  };
}
