import { countsByDay } from "./day-counts.ts";
import { passesLimits, skipToMonth } from "./days.ts";
import { gcd, patience, someDayPasses, type LocalRule } from "./local-rule.ts";
import { lastDay, sortedUnique, type Plan } from "./plan.ts";

const daySeconds = 86_400;
const dayMs = 86_400_000;
const gregorianDays = 146_097;
const unitSeconds = { HOURLY: 3600, MINUTELY: 60, SECONDLY: 1 } as const;

type ClockFrequency = keyof typeof unitSeconds;

/**
 * Makes a rule that repeats by hours, minutes or seconds of local time: every `interval` units of the wall clock, less
 * the days, hours, minutes and seconds that its BY parts do not allow, times the finer BY parts.
 */
export function createClockRule(plan: Plan, freq: ClockFrequency): LocalRule {
  const { interval } = plan;
  const unit = unitSeconds[freq];
  const unitMs = unit * 1000;
  const perDay = daySeconds / unit;
  const origin = Math.floor(plan.startMs / unitMs);
  const inner = innerSeconds(plan, freq);
  const allowed = allowedUnits(plan, freq);
  let empty: boolean | undefined;

  const align = (t: number): number => origin + Math.ceil((t - origin) / interval) * interval;

  const isProvablyEmpty = (): boolean => {
    empty ??= inner.length === 0 || !someDayPasses(plan) || !someUnitMeets(plan, interval, perDay, origin, allowed);
    return empty;
  };

  const walk: LocalRule["walk"] = (fromMs, untilMs, emit) => {
    const from = Math.max(fromMs, plan.startMs);
    let t = align(Math.max(origin, Math.floor(from / unitMs)));
    let barren = 0;
    const end = Math.min((lastDay + 1) * perDay, untilMs / unitMs);
    while (t < end) {
      const next = nextAllowed(plan, t, perDay, allowed);
      if (next !== t) {
        barren += 1;
        if (barren === patience && isProvablyEmpty()) {
          return;
        }
        t = align(next);
        continue;
      }
      for (let i = 0; i < inner.length; i += 1) {
        const localMs = t * unitMs + (inner[i] ?? 0) * 1000;
        if (localMs >= from && !emit(localMs)) {
          return;
        }
      }
      if (inner.length === 0) {
        return;
      }
      t += interval;
    }
  };

  const counts = countsByDay(plan, { interval, perDay, origin, allowed });
  return {
    walk,
    isProvablyEmpty,
    typicalGapMs: interval * unitMs,
    atMost: (localMs) => (Math.max(0, Math.floor(localMs / unitMs) - origin) / interval + 2) * inner.length,
    touches: () => true,
    patternAt(localMs) {
      const day = Math.floor(localMs / dayMs);
      const since = day * perDay - origin;
      return (since % interval) * 4 + (passesLimits(plan, day) ? 1 : 0) + (passesLimits(plan, day + 1) ? 2 : 0);
    },
    countBefore(localMs) {
      if (localMs <= plan.startMs) {
        return 0;
      }
      const midnight = Math.floor(localMs / dayMs);
      let count = counts.between(plan.startDay, midnight) * inner.length;
      walk(Math.max(plan.startMs, midnight * dayMs), localMs, (at) => {
        count += at < localMs ? 1 : 0;
        return at < localMs;
      });
      if (
        midnight > plan.startDay &&
        counts.of(plan.startDay) > 0 &&
        nextAllowed(plan, origin, perDay, allowed) === origin
      ) {
        count -= inner.filter((second) => origin * unitMs + second * 1000 < plan.startMs).length;
      }
      return count;
    },
    reach(n) {
      const day = counts.reach(plan.startDay, Math.ceil(n / inner.length) + 1);
      return (day + 1) * dayMs;
    },
  };
}

/** Seconds within a unit at which the rule occurs, BYSETPOS applied: the same in every unit. */
function innerSeconds(plan: Plan, freq: ClockFrequency): number[] {
  const { byMinute, bySecond } = plan.rule;
  const start = Math.floor(plan.startMs / 1000);
  const seconds = bySecond.length > 0 ? sortedUnique(bySecond.map((s) => Math.min(s, 59))) : [((start % 60) + 60) % 60];
  let inner: number[] = [0];
  if (freq === "MINUTELY") {
    inner = seconds;
  } else if (freq === "HOURLY") {
    const minute = Math.floor((((start % 3600) + 3600) % 3600) / 60);
    const minutes = byMinute.length > 0 ? sortedUnique(byMinute) : [minute];
    inner = minutes.flatMap((m) => seconds.map((s) => m * 60 + s));
  }
  if (plan.setPos.length === 0) {
    return inner;
  }
  const chosen = plan.setPos.map((p) => (p > 0 ? p - 1 : inner.length + p));
  return sortedUnique(chosen).flatMap((index) => inner[index] ?? []);
}

/** Units of a day that BYHOUR, BYMINUTE and BYSECOND allow, in order; undefined for all. */
function allowedUnits(plan: Plan, freq: ClockFrequency): number[] | undefined {
  const { byHour, byMinute, bySecond } = plan.rule;
  const all = (n: number) => Array.from({ length: n }, (_, i) => i);
  const hours = byHour.length > 0 ? sortedUnique(byHour) : undefined;
  if (freq === "HOURLY") {
    return hours;
  }
  const minutes = byMinute.length > 0 ? sortedUnique(byMinute) : undefined;
  const dayMinutes =
    hours === undefined && minutes === undefined
      ? undefined
      : (hours ?? all(24)).flatMap((h) => (minutes ?? all(60)).map((m) => h * 60 + m));
  if (freq === "MINUTELY" || (dayMinutes === undefined && bySecond.length === 0)) {
    return dayMinutes;
  }
  const seconds = bySecond.length > 0 ? sortedUnique(bySecond.map((s) => Math.min(s, 59))) : all(60);
  return (dayMinutes ?? all(1440)).flatMap((m) => seconds.map((s) => m * 60 + s));
}

/** The unit itself when it is allowed; else the first one after it that may be. */
function nextAllowed(plan: Plan, t: number, perDay: number, allowed: readonly number[] | undefined): number {
  const day = Math.floor(t / perDay);
  if (!passesLimits(plan, day)) {
    const next = skipToMonth(plan, day);
    return (next === day ? day + 1 : next) * perDay;
  }
  if (allowed === undefined) {
    return t;
  }
  const unit = t - day * perDay;
  let low = 0;
  let high = allowed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((allowed[middle] ?? 0) < unit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low === allowed.length ? (day + 1) * perDay : day * perDay + (allowed[low] ?? 0);
}

/**
 * Whether the interval ever meets an allowed unit on an allowed day: the units it visits are those congruent to its
 * origin modulo gcd(interval, length of the Gregorian cycle), and each of them is visited.
 */
function someUnitMeets(
  plan: Plan,
  interval: number,
  perDay: number,
  origin: number,
  allowed: readonly number[] | undefined,
): boolean {
  const modulus = gcd(interval, perDay * gregorianDays);
  const mod = (value: number) => ((value % modulus) + modulus) % modulus;
  if (modulus === 1 || (allowed === undefined && modulus <= perDay && perDay % modulus === 0)) {
    return true;
  }
  const wanted = new Set<number>();
  if (allowed === undefined) {
    for (let unit = 0; unit < Math.min(perDay, modulus); unit += 1) {
      wanted.add(mod(origin - unit));
    }
  } else {
    for (const unit of allowed) {
      wanted.add(mod(origin - unit));
    }
  }
  if (perDay % modulus === 0) {
    return wanted.has(0);
  }
  for (let day = 0; day < gregorianDays; day += 1) {
    const residue = mod(day * perDay);
    if (wanted.has(residue) && passesLimits(plan, day)) {
      return true;
    }
  }
  return false;
}
