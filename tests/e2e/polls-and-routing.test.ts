import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import {
  AppointmentTypeStatus,
  Category,
  QuestionKind,
} from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { Choice, PollStatus } from "@calends/contracts/calends/booking/v1/poll_pb";
import { PollService, PublicPollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import {
  PublicRoutingService,
  RoutingOperator,
  RoutingService,
} from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { reasonOf, violationsOf } from "@calends/kit/connect-errors";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable, typeFields, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createHosts, createType } from "./_hosts.ts";
import { dayAhead, daysFrom, outcomeOf } from "./_util.ts";

let sky: TestConstellation;
let bookable: Bookable;

beforeAll(async () => {
  sky = await startTestConstellation();
  bookable = await createBookable(sky);
}, 60_000);
afterAll(() => sky[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const at = (ms: number) => timestampFromMs(ms);

test("a poll holds its times, takes votes by link, books the winner and frees the rest", async () => {
  const { organizationId, typeId } = bookable;
  const polls = sky.client(PollService, organizationId);
  const voters = sky.client(PublicPollService, organizationId);
  const bookings = sky.client(BookingService, organizationId);
  const starts = [0, 1, 2].map((n) => dayAhead(7) + n * hourMs);
  const invitees = [{ email: "b@guest.example" }];
  const fields = { title: "When?", appointmentTypeId: typeId, startTimes: starts.map(at), holdTimes: true, invitees };
  const { poll } = await polls.createPoll({ requestId: randomUUID(), fields });
  const { id, votePath, voterLinks } = must(poll, "poll");

  const rival = { requestId: randomUUID(), appointmentTypeId: typeId, startTime: at(must(starts[1], "start")) };
  expect(reasonOf(await bookings.holdSlot(rival).catch((error: unknown) => error))).toBe("SLOT_TAKEN");

  const pollToken = votePath.replace("/poll/", "");
  const cast = (email: string, ...choices: Choice[]) =>
    voters.castVote({ requestId: randomUUID(), pollToken, vote: { email, name: email, choices } });
  const advert = {
    email: "z@guest.example",
    name: "Win at evil.example",
    choices: [Choice.YES, Choice.YES, Choice.YES],
  };
  const advertising = voters.castVote({ requestId: randomUUID(), pollToken, vote: advert });
  expect(await outcomeOf(advertising)).toBe("InvalidArgument/INVALID_FIELD");
  const { votePath: own } = await cast("a@guest.example", Choice.YES, Choice.NO, Choice.NO);
  const vote = { email: "", name: "a@guest.example", choices: [Choice.NO, Choice.YES, Choice.IF_NEEDED] };
  await voters.castVote({ requestId: randomUUID(), pollToken: own.replace("/poll/", ""), vote });
  const invited = must(voterLinks[0], "link of the invited").votePath.replace("/poll/", "");
  const invitedVote = { email: "", name: "b@guest.example", choices: [Choice.NO, Choice.YES, Choice.YES] };
  const seen = (await voters.castVote({ requestId: randomUUID(), pollToken: invited, vote: invitedVote })).poll;
  expect(seen?.votes.map(({ email }) => email)).toEqual(["", ""]);
  expect(seen?.options[0]?.startTime).toEqual(at(must(starts[1], "start")));

  const booker = { name: "Host", email: "host@guest.example" };
  const booked = await polls.bookPoll({ requestId: randomUUID(), pollId: id, option: 1, booker });
  expect(booked.booking?.status).toBe(BookingStatus.CONFIRMED);
  // Nobody is mailed at an address that somebody else may have typed.
  expect(booked.booking?.attendees.map(({ email }) => email)).toEqual(["b@guest.example"]);
  expect(booked.poll?.status).toBe(PollStatus.BOOKED);
  const late = await cast("c@guest.example", Choice.YES, Choice.YES, Choice.YES).catch((error: unknown) => error);
  expect(reasonOf(late)).toBe("POLL_STATUS");

  // The times that lost are free again, as soon as availability has heard of it.
  for (const start of [starts[0], starts[2]]) {
    const request = { appointmentTypeId: typeId, startTime: at(must(start, "start")) };
    await until(
      "the time is free",
      () =>
        bookings.holdSlot({ ...request, requestId: randomUUID() }).then(
          () => true,
          () => false,
        ),
      (free) => free,
    );
  }
});

test("a vote belongs to its voter's own link: no name or address overwrites it, nor votes for who is invited", async () => {
  const { organizationId, typeId } = bookable;
  const polls = sky.client(PollService, organizationId);
  const voters = sky.client(PublicPollService, organizationId);
  const invitees = [{ email: "Ida@guest.example" }, { email: "jo@guest.example" }];
  const fields = { title: "When?", appointmentTypeId: typeId, startTimes: [at(dayAhead(20))], invitees };
  const { poll } = await polls.createPoll({ requestId: randomUUID(), fields });
  const { id, votePath, voterLinks } = must(poll, "poll");
  expect(voterLinks.map(({ email }) => email)).toEqual(["ida@guest.example", "jo@guest.example"]);
  const linkOf = (wanted: string) => must(voterLinks.find(({ email }) => email === wanted)?.votePath, wanted);
  const cast = (path: string, email: string, choice: Choice) =>
    voters.castVote({
      requestId: randomUUID(),
      pollToken: path.replace("/poll/", ""),
      vote: { email, name: "Somebody", choices: [choice] },
    });
  const choices = async () => {
    const { poll: seen } = await polls.getPoll({ pollId: id });
    return seen?.votes.map(({ email, choices: [choice] }) => `${email} ${choice}`).toSorted();
  };

  await cast(linkOf("ida@guest.example"), "", Choice.YES);
  const { votePath: own } = await cast(votePath, "new@guest.example", Choice.YES);
  const before = [`ida@guest.example ${Choice.YES}`, `new@guest.example ${Choice.YES}`];
  expect(await choices()).toEqual(before);
  const denied = "PermissionDenied/VOTER_LINK_REQUIRED";
  for (const [path, email] of [
    [votePath, "ida@guest.example"],
    [votePath, "IDA@Guest.example"],
    [votePath, "New@guest.example"],
    [votePath, "jo@guest.example"],
    [linkOf("jo@guest.example"), "ida@guest.example"],
    [own, "jo@guest.example"],
  ] as const) {
    expect([path === votePath, email, await outcomeOf(cast(path, email, Choice.NO))]).toEqual([
      path === votePath,
      email,
      denied,
    ]);
  }
  expect(await choices()).toEqual(before);
  await cast(own, "", Choice.NO);
  await cast(linkOf("ida@guest.example"), "ida@guest.example", Choice.IF_NEEDED);
  expect(await choices()).toEqual([`ida@guest.example ${Choice.IF_NEEDED}`, `new@guest.example ${Choice.NO}`]);

  const { poll: seen } = await voters.getPublicPoll({ pollToken: own.replace("/poll/", "") });
  const shown = JSON.stringify(seen, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  expect(shown).not.toMatch(/ida@|jo@/i);
  expect([seen?.votePath, seen?.voterLinks, seen?.fields?.invitees]).toEqual([own, [], []]);
  const { poll: other } = await polls.createPoll({ requestId: randomUUID(), fields: { ...fields, invitees: [] } });
  const elsewhere = must(other, "poll").voterLinks;
  expect(elsewhere).toEqual([]);
});

test.each([true, false])(
  "a poll of a type that is not bookable any more books nothing (times held: %s)",
  async (holdTimes) => {
    const { organizationId, typeId, calendarId } = await createBookable(sky);
    const polls = sky.client(PollService, organizationId);
    const pollFields = { title: "When?", appointmentTypeId: typeId, startTimes: [at(dayAhead(8))], holdTimes };
    const { poll } = await polls.createPoll({ requestId: randomUUID(), fields: pollFields });
    const status = AppointmentTypeStatus.INACTIVE;
    const update = { appointmentTypeId: typeId, fields: typeFields(calendarId), status };
    await sky
      .client(AppointmentTypeService, organizationId)
      .updateAppointmentType({ requestId: randomUUID(), ...update });
    const request = { pollId: must(poll, "poll").id, booker: { name: "Host", email: "host@guest.example" } };
    const refusal = await polls.bookPoll({ requestId: randomUUID(), ...request }).catch((error: unknown) => error);
    expect(reasonOf(refusal)).toBe("TYPE_NOT_ACTIVE");
  },
);

test("a forged poll link is refused, and so is one of another kind", async () => {
  const voters = sky.client(PublicPollService, bookable.organizationId);
  for (const pollToken of ["x", "A".repeat(64)]) {
    const error = await voters.getPublicPoll({ pollToken }).catch((refusal: unknown) => refusal);
    expect(reasonOf(error)).toBe("INVALID_MANAGE_LINK");
  }
});

test("a booking that was routed to a host does not move to one that the route left out", async () => {
  const organizationId = randomUUID();
  const hosts = await createHosts(sky, organizationId, 2);
  const fields = { category: Category.ROUND_ROBIN };
  const typeId = await createType(
    sky,
    organizationId,
    hosts.map((calendarId) => ({ calendarId })),
    fields,
  );
  const types = sky.client(AppointmentTypeService, organizationId);
  const slug = `s-${randomUUID()}`;
  const link = { slug, appointmentTypeId: typeId, active: true };
  const { bookingLink } = await types.createBookingLink({ requestId: randomUUID(), fields: link });
  const chosen = must(hosts[0], "host");
  const target = { bookingLinkId: must(bookingLink, "link").id, calendarIds: [chosen] };
  const form = { slug: `route-${randomUUID()}`, name: "One", active: true, rules: [{ target }] };
  await sky.client(RoutingService, organizationId).createRoutingForm({ requestId: randomUUID(), fields: form });
  const { routeToken } = await sky.client(PublicRoutingService, organizationId).route({ slug: form.slug });
  const pages = sky.client(PublicBookingService, organizationId);
  const details = { startTime: at(dayAhead(12)), booker: { name: "Guest", email: "guest@guest.example" } };
  const { manageToken } = await pages.book({ requestId: randomUUID(), slug, details, routeToken });
  const taken = dayAhead(13);
  const busy = { calendarId: chosen, startTime: at(taken), endTime: at(taken + hourMs) };
  const blocked = sky.client(BlockedTimeService, organizationId);
  await blocked.createBlockedTime({ requestId: randomUUID(), blockedTime: busy });
  const { slots } = await pages.listManagedSlots({ manageToken, range: daysFrom(taken, 1) });
  expect(slots.map(({ startTime }) => startTime)).not.toContainEqual(at(taken));
  const move = { requestId: randomUUID(), manageToken, startTime: at(taken) };
  expect(await outcomeOf(pages.rescheduleManagedBooking(move))).toBe("FailedPrecondition/CALENDAR_BUSY");
  const later = { requestId: randomUUID(), manageToken, startTime: at(taken + hourMs) };
  expect(await outcomeOf(pages.rescheduleManagedBooking(later))).toBe("ok");
});

test("answers choose the link and its hosts: only their slots are listed and booked", async () => {
  const { organizationId, slug, linkId, calendarId } = bookable;
  const other = await createBookable(sky, { organizationId });
  const types = sky.client(AppointmentTypeService, organizationId);
  const fields = {
    ...typeFields(calendarId),
    category: Category.ROUND_ROBIN,
    hosts: [calendarId, other.calendarId].map((id) => ({ calendarId: id, name: id.slice(-4) })),
  };
  await types.updateAppointmentType({ requestId: randomUUID(), appointmentTypeId: bookable.typeId, fields, status: 1 });
  const routing = sky.client(RoutingService, organizationId);
  const condition = { questionId: "language", operator: RoutingOperator.IS, values: ["de"] };
  const form = {
    slug: `route-${randomUUID()}`,
    name: "Support",
    active: true,
    questions: [{ id: "language", label: "Language", kind: QuestionKind.TEXT, required: true }],
    rules: [
      { conditions: [condition], target: { bookingLinkId: linkId, calendarIds: [other.calendarId] } },
      { target: { redirectUrl: "https://elsewhere.example/" } },
    ],
  };
  await routing.createRoutingForm({ requestId: randomUUID(), fields: form });
  const bookers = sky.client(PublicRoutingService, organizationId);
  const answered = (value: string) => ({ slug: form.slug, answers: [{ questionId: "language", value }] });
  expect((await bookers.route(answered("fr"))).redirectUrl).toBe("https://elsewhere.example/");
  const { bookingSlug, routeToken } = await bookers.route(answered("DE"));
  expect(bookingSlug).toBe(slug);

  const pages = sky.client(PublicBookingService, organizationId);
  const booker = { name: "Guest", email: "guest@guest.example" };
  const details = { startTime: at(dayAhead(12)), booker };
  const { booking } = await pages.book({ requestId: randomUUID(), slug, details, routeToken });
  expect(booking?.hostNames).toEqual([other.calendarId.slice(-4)]);
  const forged = await pages
    .book({ requestId: randomUUID(), slug, details, routeToken: `${routeToken.slice(0, -4)}AAAA` })
    .catch((error: unknown) => error);
  expect(reasonOf(forged)).toBe("INVALID_MANAGE_LINK");
});

test("a route leads only to links that can be booked, and names an answer at fault as the request has it", async () => {
  const mine = await createBookable(sky);
  const { organizationId, typeId, calendarId, linkId } = mine;
  const expired = await createBookable(sky, { organizationId, link: { expireTime: at(Date.now() + 1) } });
  const form = {
    slug: `route-${randomUUID()}`,
    name: "Support",
    active: true,
    questions: [{ id: "n", label: "How many", kind: QuestionKind.NUMBER }],
    rules: [expired.linkId, linkId].map((bookingLinkId) => ({ target: { bookingLinkId } })),
  };
  const fields = { ...form, rules: [...form.rules, { target: { redirectUrl: "https://elsewhere.example/" } }] };
  await sky.client(RoutingService, organizationId).createRoutingForm({ requestId: randomUUID(), fields });
  const bookers = sky.client(PublicRoutingService, organizationId);
  const route = () => bookers.route({ slug: form.slug });
  expect(await route()).toMatchObject({ rule: 1, bookingSlug: mine.slug });
  const update = { appointmentTypeId: typeId, fields: typeFields(calendarId), status: AppointmentTypeStatus.INACTIVE };
  const types = sky.client(AppointmentTypeService, organizationId);
  await types.updateAppointmentType({ requestId: randomUUID(), ...update });
  expect(await route()).toMatchObject({ rule: 2, redirectUrl: "https://elsewhere.example/" });
  const wrong = bookers.route({ slug: form.slug, answers: [{ questionId: "n", value: "x" }] });
  expect(violationsOf(await wrong.catch((error: unknown) => error)).map(({ field }) => field)).toEqual([
    "answers[0].value",
  ]);
});
