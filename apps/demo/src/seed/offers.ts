import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  Category,
  LocationMode,
  QuestionKind,
  RoundRobinStrategy,
  type AppointmentTypeFields,
  type AppointmentTypeFieldsSchema,
  type QuestionSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { members, type Member } from "./organization.ts";

type Question = MessageInitShape<typeof QuestionSchema>;
type TypeFields = Exclude<MessageInitShape<typeof AppointmentTypeFieldsSchema>, AppointmentTypeFields>;

/** An appointment type and the link at which it is booked. */
export interface Offer {
  readonly slug: string;
  /** Slugs of the hosts. The events of the first host's calendar file are booked with this appointment type. */
  readonly hosts: readonly Member[];
  readonly minutes: readonly number[];
  readonly fields: Omit<TypeFields, "hosts" | "durations">;
  readonly questions: readonly Question[];
  readonly confirmationMessage: string;
}

const roomAddress = "Spree Room, Schiffbauerdamm 8, 10117 Berlin";

const topic: Question = {
  id: "topic",
  label: "What would you like to talk about?",
  kind: QuestionKind.TEXT,
  maxLength: 500,
};

const phone: Question = { id: "phone", label: "Your phone number", kind: QuestionKind.PHONE, required: true };

const intro: Offer = {
  slug: "ada",
  hosts: [members.ada],
  minutes: [30, 15],
  fields: {
    name: "Intro call with Ada",
    description: "Half an hour, or a quarter, to find out whether we can help each other.",
    step: minutes(15),
    minNotice: minutes(2 * 60),
    maxFutureDays: 60,
    category: Category.ONE_ON_ONE,
    locationMode: LocationMode.VIDEO,
    videoLink: "https://meet.example.com/ada-lindqvist",
    timeZone: members.ada.timeZone,
  },
  questions: [
    topic,
    {
      id: "source",
      label: "How did you hear of us?",
      kind: QuestionKind.CHOICE,
      choices: ["A colleague", "A talk", "The web"],
    },
  ],
  confirmationMessage: "I look forward to meeting you. The invitation with the video link is in your mail.",
};

const consultation: Offer = {
  slug: "ada-consultation",
  hosts: [members.ada],
  minutes: [60],
  fields: {
    name: "Consultation",
    description: "An hour in person, in our room by the Spree. Bring whoever has to decide.",
    step: minutes(30),
    bufferBefore: minutes(15),
    bufferAfter: minutes(15),
    minNotice: minutes(24 * 60),
    maxFutureDays: 90,
    category: Category.ONE_ON_ONE,
    locationMode: LocationMode.IN_PERSON,
    locationText: roomAddress,
    timeZone: members.ada.timeZone,
  },
  questions: [
    {
      id: "people",
      label: "How many will you be?",
      kind: QuestionKind.NUMBER,
      required: true,
      minValue: 1,
      maxValue: 6,
    },
    { ...phone, required: false },
  ],
  confirmationMessage: "The door is on the river side. Ring at “Spree Room”.",
};

const phoneCall: Offer = {
  slug: "grace",
  hosts: [members.grace],
  minutes: [45],
  fields: {
    name: "Phone consultation with Grace",
    description: "Forty-five minutes by phone. Grace confirms each request herself, and takes four a day at most.",
    step: minutes(15),
    minNotice: minutes(4 * 60),
    maxFutureDays: 45,
    maxBookingsPerDay: 4,
    requiresConfirmation: true,
    category: Category.ONE_ON_ONE,
    locationMode: LocationMode.PHONE,
    timeZone: members.grace.timeZone,
  },
  questions: [phone, topic],
  confirmationMessage: "Grace will confirm your request soon, and call you at the number you gave.",
};

const review: Offer = {
  slug: "ravi",
  hosts: [members.ravi],
  minutes: [30, 60],
  fields: {
    name: "Architecture review with Ravi",
    description: "Show a design, leave with a list. On Tuesdays and Thursdays also late in the evening, Indian time.",
    step: minutes(30),
    minNotice: minutes(4 * 60),
    maxFutureDays: 60,
    category: Category.ONE_ON_ONE,
    locationMode: LocationMode.VIDEO,
    videoLink: "https://meet.example.com/ravi-iyer",
    timeZone: members.ravi.timeZone,
  },
  questions: [topic],
  confirmationMessage: "Please send a diagram before we meet, if you have one.",
};

const roomHire: Offer = {
  slug: "spree-room",
  hosts: [members.room],
  minutes: [60, 120],
  fields: {
    name: "Spree Room",
    description: "A bright room for six with a screen, by the hour.",
    step: minutes(60),
    minNotice: minutes(4 * 60),
    maxFutureDays: 90,
    category: Category.ONE_ON_ONE,
    locationMode: LocationMode.IN_PERSON,
    locationText: roomAddress,
    timeZone: members.room.timeZone,
  },
  questions: [],
  confirmationMessage: "",
};

/** Several people book seats in one session. When it is full, others can join its waitlist. */
const workshop: Offer = {
  slug: "workshop",
  hosts: [members.ada],
  minutes: [90],
  fields: {
    name: "Scheduling workshop",
    description: "An hour and a half for three at a time. When it is full, you can wait for a seat.",
    step: minutes(90),
    minNotice: minutes(24 * 60),
    maxFutureDays: 60,
    category: Category.GROUP,
    capacity: 3,
    waitlist: true,
    locationMode: LocationMode.VIDEO,
    videoLink: "https://meet.example.com/workshop",
    timeZone: members.ada.timeZone,
  },
  questions: [],
  confirmationMessage: "Bring a question about time zones.",
};

/** One of three hosts, in turn (round robin). */
const team: Offer = {
  slug: "team",
  hosts: [members.ada, members.grace, members.ravi],
  minutes: [20],
  fields: {
    name: "A first answer from the team",
    description: "Twenty minutes with whoever of Ada, Grace and Ravi is free and was asked longest ago.",
    step: minutes(20),
    minNotice: minutes(2 * 60),
    maxFutureDays: 30,
    category: Category.ROUND_ROBIN,
    strategy: RoundRobinStrategy.LEAST_RECENT,
    locationMode: LocationMode.VIDEO,
    videoLink: "https://meet.example.com/team",
    timeZone: "UTC",
  },
  questions: [topic],
  confirmationMessage: "",
};

/** Both hosts together, at hours when people in Berlin and in New York work. */
const panel: Offer = {
  slug: "panel",
  hosts: [members.ada, members.grace],
  minutes: [30],
  fields: {
    name: "Design panel with Ada and Grace",
    description: "Half an hour with both of them.",
    step: minutes(30),
    minNotice: minutes(24 * 60),
    maxFutureDays: 60,
    category: Category.COLLECTIVE,
    locationMode: LocationMode.VIDEO,
    videoLink: "https://meet.example.com/panel",
    timeZone: members.ada.timeZone,
  },
  questions: [topic],
  confirmationMessage: "",
};

/** What can be booked in the demo. */
export const offers: readonly Offer[] = [intro, consultation, phoneCall, review, roomHire, workshop, team, panel];

function minutes(count: number) {
  return durationFromMs(count * 60_000);
}
