import { OccurrencesPlannedSchema } from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { tryLock } from "@calends/kit/advisory-lock";
import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { enqueue } from "@calends/messaging/outbox";
import type { Compute } from "../compute/compute.ts";
import { rollWindow } from "../domain/occurrences.ts";
import type { Held } from "../domain/series-types.ts";
import { planEvent } from "../plan-event.ts";
import { rollAfter } from "../planning.ts";
import { findPlanIn } from "../rpc/find-occurrences.ts";
import { toOccurrenceMessages, toSeriesMessage } from "../rpc/convert-series.ts";
import type { Store, Tx } from "../store/index.ts";
import { writePlanned, type SeriesKey } from "../store/planned.ts";
import { findDueRolls, postponeRoll, readRoll, writeRoll } from "../store/rolls.ts";
import { lockSeries } from "../store/series.ts";
import { workOneByOne, type Turns } from "./one-by-one.ts";

/** What the job works with. */
export interface RollDeps extends Pick<Parts, "clock" | "logger"> {
  readonly store: Store;
  readonly compute: Compute;
}

/** Key of the advisory lock that makes one worker of all processes. */
const rollLock = 72_707_373;
const pauseMs = 5_000;

/** Rolls series on until it is disposed of. Every process runs it; one of them works at a time. */
export function startRolling(deps: RollDeps): AsyncDisposable {
  return startJob({ ...deps, pauseMs, failed: "rolling tries again", work: (signal) => rollDue(deps, signal) });
}

/**
 * Plans every active series on whose turn it is: once a day, and as soon as there was no room in one event. Returns how
 * many; none while another worker does it.
 */
export function rollDue(deps: RollDeps, signal?: AbortSignal): Promise<number> {
  const { store, compute } = deps;
  const turns: Turns = {
    ...deps,
    find: (now, limit) => findDueRolls(store.db, now, limit),
    work: (tx, key, now) => rollSeries(tx, compute, key, now),
    postpone: (key, until) => postponeRoll(store.db, key, until),
    failed: "a series cannot be rolled on",
  };
  return workOneByOne(turns, signal);
}

/** Plans one series from where its plan ends. False while another worker rolls. */
async function rollSeries(tx: Tx, compute: Compute, key: SeriesKey, now: Date): Promise<boolean> {
  if (!(await tryLock(tx, rollLock))) {
    return false;
  }
  const held = await lockSeries(tx, key.organizationId, key.seriesId);
  const roll = await readRoll(tx, key);
  // It may have been changed between being found and being locked.
  if (roll === null || roll.nextRollAt > now) {
    return true;
  }
  const toMs = await planOn(tx, compute, { held, fromMs: roll.plannedUntil.getTime(), now }, key);
  await writeRoll(tx, key, rollAfter(held.series, toMs, now));
  return true;
}

/** Keeps and tells the dates between the end of the plan and the horizon. Returns until when is planned now. */
async function planOn(
  tx: Tx,
  compute: Compute,
  { held, fromMs, now }: { readonly held: Held; readonly fromMs: number; readonly now: Date },
  key: SeriesKey,
): Promise<number> {
  const plan = await findPlanIn(compute, held, rollWindow(held.series, fromMs, now), key);
  if (plan === null || plan.occurrences.length === 0) {
    return plan?.toMs ?? fromMs;
  }
  const messages = await toOccurrenceMessages(key.seriesId, plan.occurrences);
  const told = await planEvent(
    toSeriesMessage(held.series),
    { ...plan, replaces: false, replacesConfirmed: false, actor: "" },
    messages,
  );
  await writePlanned(tx, key, told.occurrences);
  const { organizationId } = key;
  await enqueue(tx, OccurrencesPlannedSchema, told.message, { organizationId, at: now, trace: null });
  return told.toMs;
}
