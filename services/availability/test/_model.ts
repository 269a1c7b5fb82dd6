import type { Schedule } from "../src/domain/schedule.ts";
import type { Busy, SlotRules, TravelTime } from "../src/domain/world.ts";
import type { Calendar, Case } from "./_case.ts";
import { marker, piecesOf, type Piece } from "./_model-hours.ts";

/** What the model says that can be booked. */
export interface ModelSlot {
  readonly startMs: number;
  readonly durationMs: number;
  readonly seatsLeft: number;
  readonly freeHosts: readonly number[];
}

/** Hours spelled out. */
interface Hours {
  readonly pieces: readonly Piece[];
  readonly isOpen: (minute: number) => boolean;
}

/** Openings, and what their calendar alone is busy with. */
interface Managing {
  readonly pieces: readonly Piece[];
  readonly isBusy: (minute: number) => boolean;
}

/** A calendar with its time spelled out. */
interface Known extends Hours {
  /** Where its grids of starts lie: in its hours, and of an opening only in the minute at which that begins. */
  readonly origins: readonly Piece[];
  readonly isBusy: (minute: number) => boolean;
  readonly busy: readonly Busy[];
  /** Those of it, or of its members, that are booked by whole openings. */
  readonly managing: readonly Managing[];
  readonly stale: boolean;
}

const minuteMs = 60_000;

/**
 * All slots that start in [fromMs, toMs), found by asking every minute every question. Written from the words of the
 * contract and not from the engine, so that a mistake has to be made twice to stay unseen.
 */
export function modelSlots(question: Case): ModelSlot[] {
  const ask = createModel(question);
  const found: ModelSlot[] = [];
  for (let minute = Math.ceil(question.fromMs / minuteMs); minute * minuteMs < question.toMs; minute += 1) {
    found.push(...ask(minute));
  }
  return found;
}

/** Answers with the slots at a minute, the shortest first. */
function createModel(question: Case): (minute: number) => ModelSlot[] {
  const { rules, sessions } = question;
  const groups = question.groups.map(({ calendars, need }) => ({
    known: calendars.map((c) => know(c, question)),
    need,
  }));
  const typeHours = question.typeHours === null ? null : scheduled(question.typeHours, question);
  const origins = cross([
    ...groups.map(({ known, need }) => {
      const all = known.map((one) => one.origins);
      return need < known.length ? all.flat() : cross(all);
    }),
    ...(typeHours === null ? [] : [typeHours.pieces]),
  ]);
  const isOnGrid = gridOf(origins, rules);
  const [usualMs = 0] = rules.durationsMs;
  return (minute) => {
    const startMs = minute * minuteMs;
    if (!isAllowed(question, startMs)) {
      return [];
    }
    const session = sessions.find((one) => one.startMs === startMs);
    if (session !== undefined) {
      // Nobody says whose session it is: there have to be as many that are up to date as are needed.
      const isKnown = groups.every(({ known, need }) => known.filter(({ stale }) => !stale).length >= need);
      return !isKnown ? [] : [{ startMs, durationMs: usualMs, seatsLeft: session.seatsLeft, freeHosts: [] }];
    }
    const durations = isOnGrid(minute) ? [...rules.durationsMs].sort((a, b) => a - b) : [];
    return durations.flatMap((durationMs) => {
      const free = groups.map(({ known }) => known.map((one) => isFree(one, question, startMs, durationMs)));
      const enough = groups.every(({ need }, index) => (free[index] ?? []).filter(Boolean).length >= need);
      const inType = typeHours === null || isOpen(typeHours, rules, startMs, durationMs);
      const told = groups.flatMap(({ known, need }, index) =>
        known.map((_, at) => need < known.length && free[index]?.[at]),
      );
      const freeHosts = told.flatMap((is, index) => (is === true ? [index] : []));
      return enough && inType ? [{ startMs, durationMs, seatsLeft: 0, freeHosts }] : [];
    });
  };
}

/** Notice, horizon and limits. */
function isAllowed({ nowMs, rules, limits }: Case, startMs: number): boolean {
  return (
    startMs >= nowMs + rules.minNoticeMs &&
    startMs <= nowMs + rules.horizonMs &&
    limits.every((limit) => startMs < limit.startMs || startMs >= limit.endMs)
  );
}

/** The time that the meeting and its work take begins a whole number of steps after a piece in which it begins. */
function gridOf(origins: readonly Piece[], { stepMs, setUpMs }: SlotRules): (minute: number) => boolean {
  const begins = new Set<number>();
  for (const { from, to } of origins) {
    for (let minute = from; minute < to; minute += stepMs / minuteMs) {
      begins.add(minute);
    }
  }
  return (minute) => begins.has(minute - setUpMs / minuteMs);
}

function isFree(calendar: Known, { rules, travel }: Case, startMs: number, durationMs: number): boolean {
  const fromMs = startMs - rules.setUpMs;
  const toMs = startMs + durationMs + rules.cleanUpMs;
  const [keptFromMs, keptToMs] = [fromMs - rules.bufferBeforeMs, toMs + rules.bufferAfterMs];
  return (
    !calendar.stale &&
    isOpen(calendar, rules, startMs, durationMs) &&
    everyMinute(keptFromMs, keptToMs, (minute) => !calendar.isBusy(minute)) &&
    calendar.busy.every((busy) => canTravel(busy, rules.place, travel, keptFromMs, keptToMs)) &&
    calendar.managing.every((one) => isOpening(one, fromMs, toMs))
  );
}

function isOpen(hours: Hours, rules: SlotRules, startMs: number, durationMs: number): boolean {
  return everyMinute(startMs - rules.setUpMs, startMs + durationMs + rules.cleanUpMs, hours.isOpen);
}

/** Whether there is time to come from where a busy span ends, or to go to where it begins; buffers are kept free on both sides. */
function canTravel(busy: Busy, place: string, travel: TravelTime, fromMs: number, toMs: number): boolean {
  if (place === "" || busy.place === "" || busy.place === place) {
    return true;
  }
  const comes = busy.endMs > fromMs || fromMs - busy.endMs >= travel(busy.place, place);
  const goes = busy.startMs < toMs || busy.startMs - toMs >= travel(place, busy.place);
  return comes && goes;
}

/** Whether the time is one opening's, from its beginning, and nothing else is in that opening. */
function isOpening({ pieces, isBusy }: Managing, fromMs: number, toMs: number): boolean {
  return pieces.some(
    ({ from, to }) =>
      from * minuteMs === fromMs &&
      to * minuteMs >= toMs &&
      everyMinute(from * minuteMs, to * minuteMs, (minute) => !isBusy(minute)),
  );
}

function know(calendar: Calendar, question: Case): Known {
  const { schedule, openings, members, busy, stale } = calendar;
  if (members.length > 0) {
    return together(
      members.map((member) => know(member, question)),
      question,
    );
  }
  const hours = openings === null ? scheduled(schedule, question) : spelledOut(openings, question);
  const isBusy = busyMinutes(busy, question);
  const known = { ...hours, busy, isBusy, stale };
  const begins = hours.pieces.map(({ from }) => ({ from, to: from + 1 }));
  return openings === null
    ? { ...known, origins: hours.pieces, managing: [] }
    : { ...known, origins: begins, managing: [{ pieces: hours.pieces, isBusy }] };
}

function together(members: readonly Known[], question: Case): Known {
  const busy = members.flatMap((member) => member.busy);
  return {
    ...spelledOut(cross(members.map((member) => member.pieces)), question),
    origins: cross(members.map((member) => member.origins)),
    busy,
    isBusy: busyMinutes(busy, question),
    managing: members.flatMap(({ managing }) => managing),
    stale: members.some(({ stale }) => stale),
  };
}

function scheduled(schedule: Schedule | null, question: Case): Hours {
  const { holidays, extent } = question;
  return spelledOut(schedule === null ? [] : piecesOf(schedule, holidays, extent), question);
}

function spelledOut(pieces: readonly Piece[], { extent }: Case): Hours {
  return { pieces, isOpen: marker(pieces, extent) };
}

function busyMinutes(busy: readonly Busy[], { extent }: Case): Known["isBusy"] {
  const pieces = busy.map(({ startMs, endMs }) => ({ from: startMs / minuteMs, to: endMs / minuteMs }));
  return marker(pieces, extent);
}

/** Every choice of one piece of each list that have time in common, as that time. */
function cross(lists: readonly (readonly Piece[])[]): readonly Piece[] {
  return lists.reduce((some, list) =>
    some.flatMap((a) =>
      list.flatMap((b) => {
        const common = { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
        return common.from < common.to ? [common] : [];
      }),
    ),
  );
}

/** Whether all minutes of [fromMs, toMs) pass; both are on a whole minute. */
function everyMinute(fromMs: number, toMs: number, passes: (minute: number) => boolean): boolean {
  for (let minute = fromMs / minuteMs; minute < toMs / minuteMs; minute += 1) {
    if (!passes(minute)) {
      return false;
    }
  }
  return true;
}
