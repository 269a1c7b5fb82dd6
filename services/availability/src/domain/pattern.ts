import { compile, parseRule, type CompiledSet } from "@calends/recurrence";
import { contentOf, endsForeseeably, toInstant, type LocalPattern } from "@calends/recurrence/pattern";
import { zoneOf, type Zone } from "@calends/time/zone";

/** When a recurring time takes place. Everything in it is normalized, so that equal patterns are equal texts. */
export interface Pattern extends LocalPattern {
  /** How much later the wall clock of the end is: an hour more or less of real time where the clock changes in between. */
  readonly durationMs: number;
}

/** A pattern that is ready to answer. */
export interface CompiledPattern {
  readonly pattern: Pattern;
  readonly set: CompiledSet;
}

/** Offsets of one zone are never further apart than this. */
const dayMs = 86_400_000;
/** The last instant that messages and the database have in common: rules end with the year 9999, so that dates do too. */
export const endOfTime = Date.parse("9999-12-31T23:59:59.999Z");

/** Makes a pattern ready to answer. Its first date counts also where the rule does not have it: the record shows it. */
export function compilePattern(pattern: Pattern): CompiledPattern {
  return { pattern, set: compile(contentOf(pattern), { includeStart: true }) };
}

/**
 * The end of the date that starts at an instant: the pattern's own wall clock plus the length, also where the clock skips
 * its start. Where that would not lie after the start, as where the clock goes back, the length is real time.
 */
export function endOf(pattern: Pattern, startMs: number): number {
  const { timeZone, durationMs } = pattern;
  const endMs = zoneOf(timeZone).toUtc(wallClockOf(pattern, startMs) + durationMs);
  return Math.min(endMs > startMs ? endMs : startMs + durationMs, endOfTime);
}

/** The wall clock at which a pattern has a date: the one shown, or the one skipped where only that is a time of its own. */
function wallClockOf(pattern: Pattern, startMs: number): number {
  const zone = zoneOf(pattern.timeZone);
  const stretch = zone.stretchAt(startMs);
  const skippedMs = stretch.offsetMs - zone.offsetAt(stretch.startMs - 1);
  const shown = startMs + stretch.offsetMs;
  if (startMs - stretch.startMs >= skippedMs) {
    return shown;
  }
  const skipped = shown - skippedMs;
  return !hasTime(pattern, shown) && hasTime(pattern, skipped) ? skipped : shown;
}

/** Whether a local time is at a time of day of the rule, or one of the further dates. */
function hasTime({ rule, localStart, extraLines }: Pattern, localMs: number): boolean {
  const [local, first] = [new Date(localMs), new Date(`${localStart}Z`)];
  const { freq, byHour, byMinute, bySecond } = parseRule(rule);
  const steps = ["SECONDLY", "MINUTELY", "HOURLY"].indexOf(freq);
  const has = (values: readonly number[], value: number, ofStart: number, isStepped: boolean) =>
    values.length > 0 ? values.includes(value) : isStepped || value === ofStart;
  const isRuled =
    has(byHour, local.getUTCHours(), first.getUTCHours(), steps >= 0) &&
    has(byMinute, local.getUTCMinutes(), first.getUTCMinutes(), steps === 0 || steps === 1) &&
    has(bySecond, local.getUTCSeconds(), first.getUTCSeconds(), steps === 0);
  return isRuled || extraLines.includes(`:${local.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}`);
}

/**
 * The starts of dates that are in progress at some instant of [fromMs, toMs), in order. Where there are more than `limit` of
 * them, more than `limit` are answered, not all.
 */
export function startsIn(compiled: CompiledPattern, fromMs: number, toMs: number, limit: number): number[] {
  return [
    ...startedBefore(compiled, fromMs, limit),
    ...compiled.set.between(fromMs, toMs, { limit: limit + 1 }).starts,
  ];
}

/** Whether a date is in progress at some instant of [fromMs, toMs) whose original start is none of these. */
export function hasDateIn(
  compiled: CompiledPattern,
  [fromMs, toMs]: readonly [number, number],
  excepted: ReadonlySet<number>,
): boolean {
  // Of one date more than are excepted one is not.
  const inside = compiled.set.between(fromMs, toMs, { limit: excepted.size + 1 });
  const isLeft = (startMs: number) => !excepted.has(startMs);
  return inside.starts.some(isLeft) || startedBefore(compiled, fromMs, excepted.size).some(isLeft);
}

/** The starts of dates that are in progress at an instant and have begun before, in order; see {@link startsIn}. */
function startedBefore({ pattern, set }: CompiledPattern, fromMs: number, limit: number): number[] {
  const shiftMs = shiftAround(pattern, fromMs);
  // Where the clock changes in between, some that have ended are looked at, too: at most one date a second.
  const early = set.between(fromMs - pattern.durationMs - shiftMs + 1, fromMs, {
    limit: limit + 1 + (2 * shiftMs) / 1000,
  });
  return Array.from(early.starts).filter((startMs) => endOf(pattern, startMs) > fromMs);
}

/** How much longer or shorter than its length a date may last, in real time, that ends about an instant. */
function shiftAround({ timeZone, durationMs }: Pattern, endMs: number): number {
  const zone = zoneOf(timeZone);
  const offsets = [endMs - durationMs, endMs].flatMap((aboutMs) => offsetsAround(zone, aboutMs));
  return Math.max(...offsets) - Math.min(...offsets);
}

function offsetsAround(zone: Zone, aboutMs: number): number[] {
  const offsets: number[] = [];
  for (let at = aboutMs - dayMs; at <= aboutMs + dayMs;) {
    const { offsetMs, endMs } = zone.stretchAt(at);
    offsets.push(offsetMs);
    at = endMs;
  }
  return offsets;
}

/** No date is in progress so long after its start. */
export function reachOf({ durationMs }: Pick<Pattern, "durationMs">): number {
  return durationMs + dayMs;
}

/** From then on no date of a pattern is in progress; null where it does not end in forty years. */
export function occursUntil({ pattern, set }: CompiledPattern): number | null {
  const last = lastStart(set, startOf(pattern));
  return last === null ? null : endOf(pattern, last);
}

/** The last start of a set that has one; null where it does not end in forty years from an instant on. */
export function lastStart(set: CompiledSet, fromMs: number): number | null {
  return endsForeseeably(set, fromMs) ? set.last() : null;
}

/** The start of the first date. */
export function startOf({ timeZone, localStart }: Pick<Pattern, "timeZone" | "localStart">): number {
  return toInstant(timeZone, localStart);
}
