import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { OccurrencesPlannedSchema } from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { newId } from "@calends/kit/ids";
import { createLogger } from "@calends/kit/logger";
import { migrate } from "@calends/kit/migrate";
import { must } from "@calends/kit/must";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { createDatabase } from "@calends/testkit/postgres";
import { Pool } from "pg";
import { openCompute, type Compute } from "../compute/compute.ts";
import { compilePattern, readPattern, type PatternDraft } from "../domain/pattern.ts";
import { createSeries } from "../domain/series.ts";
import type { Changed, Held } from "../domain/series-types.ts";
import { tell } from "../facts.ts";
import { openStore, type Store } from "../store/index.ts";
import { insertSeries, lockSeries, writeSeries } from "../store/series.ts";
import type { RollDeps } from "./roll-series.ts";

/** The job's parts on a database of their own, with a clock that stands still. */
export interface Rolling extends AsyncDisposable {
  readonly deps: RollDeps;
  readonly clock: TestClock;
  readonly organizationId: string;
  make(draft: Partial<PatternDraft>, maxAdvanceDays?: number): Promise<string>;
  /** Changes a series by a pure step, as an RPC does. */
  change(seriesId: string, step: (held: Held, now: Date) => Changed): Promise<void>;
  /** Original starts that are kept of a series, with what came of them. */
  kept(seriesId: string): Promise<Map<number, string>>;
  /** Original starts in all plans that have been told of a series, in order. */
  told(seriesId: string): Promise<number[]>;
}

/** Opens the job's parts. */
export async function openRolling(start: Date): Promise<Rolling> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createDatabase("rolling"));
  const directory = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));
  await migrate({ connectionString: database.url, directory });
  const pool = stack.adopt(new Pool({ connectionString: database.url, max: 8 }), (open) => open.end());
  const store = stack.use(openStore(pool, () => undefined));
  const compute = stack.use(openCompute());
  const clock = createTestClock(start);
  const organizationId = randomUUID();
  const deps = { store, compute, clock, logger: createLogger("rolling", "silent") };
  const parts = { store, compute, clock, organizationId };
  return {
    deps,
    clock,
    organizationId,
    make: (draft, maxAdvanceDays = 90) => make(parts, draft, maxAdvanceDays),
    change: (seriesId, step) => change(parts, seriesId, step),
    async kept(seriesId) {
      const rows = await store.db.plannedOccurrence.findMany({ where: { organizationId, seriesId } });
      return new Map(rows.map(({ recurrenceId, outcome }) => [recurrenceId.getTime(), outcome]));
    },
    async told(seriesId) {
      const rows = await store.db.outbox.findMany({ orderBy: { id: "asc" } });
      const plans = rows
        .filter(({ subject }) => subject.includes("occurrences-planned"))
        .map(({ payload }) => fromBinary(OccurrencesPlannedSchema, payload))
        .filter(({ series }) => series?.id === seriesId);
      return plans.flatMap(({ occurrences }) =>
        occurrences.map(({ recurrenceId }) => timestampMs(must(recurrenceId, "recurrence_id"))),
      );
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

interface Parts {
  readonly store: Store;
  readonly compute: Compute;
  readonly clock: TestClock;
  readonly organizationId: string;
}

async function make(parts: Parts, draft: Partial<PatternDraft>, maxAdvanceDays: number): Promise<string> {
  const { store, compute, clock, organizationId } = parts;
  const now = clock.now();
  const fields = { title: "Choir", calendarId: null, maxAdvanceDays, externalId: null, icalUid: null };
  const policy = { maxLengthMonths: 0, lengthFrom: null };
  const after = createSeries(newId(now.getTime()), { ...fields, ...policy, pattern: patternOf(draft) }, now);
  await store.transaction(async (tx) => {
    await insertSeries(tx, organizationId, after, "ann");
    await tell({ tx, compute }, { after, actor: "tester" }, { organizationId, at: now, trace: null });
  });
  return after.series.id;
}

async function change(parts: Parts, seriesId: string, step: (held: Held, now: Date) => Changed): Promise<void> {
  const { store, compute, clock, organizationId } = parts;
  const now = clock.now();
  await store.transaction(async (tx) => {
    const before = await lockSeries(tx, organizationId, seriesId);
    const after = step(before, now);
    await writeSeries(tx, organizationId, before, after, "ann");
    await tell({ tx, compute }, { after, actor: "tester" }, { organizationId, at: now, trace: null });
  });
}

/** A pattern: an hour every Tuesday at 19:00 in Berlin, unless the draft says otherwise. */
export function patternOf(draft: Partial<PatternDraft>) {
  const usual = { localStart: "2027-02-02T19:00:00", timeZone: "Europe/Berlin", durationMs: 3_600_000 };
  const plain = { extraLines: "", gap: "shift" as const, allDay: false, endDate: "" };
  return readPattern({ ...usual, ...plain, rule: "FREQ=WEEKLY", ...draft });
}

/** The original starts that a pattern has between two instants, the second one excluded. */
export function startsBetween(draft: Partial<PatternDraft>, from: Date, to: Date): number[] {
  return Array.from(compilePattern(patternOf(draft)).between(from.getTime(), to.getTime()).starts);
}

/** Lets every so many-th transaction fail: in turns before its commit, which undoes it, and after, which does not. */
export function failing(deps: RollDeps, every: number): RollDeps {
  let count = 0;
  const transaction: Store["transaction"] = async (work) => {
    count += 1;
    const turn = count % every === 0 ? (count / every) % 2 : undefined;
    const result = await deps.store.transaction(async (tx) => {
      const done = await work(tx);
      if (turn === 0) {
        throw new Error("died before the commit");
      }
      return done;
    });
    if (turn === 1) {
      throw new Error("died after the commit");
    }
    return result;
  };
  const store: Store = { ...deps.store, db: deps.store.db, transaction };
  return { ...deps, store };
}
