import { seriesActs } from "./clients.ts";
import { spoil, spoilLater, type Mutant } from "./mutant.ts";
import { toldMutants } from "./told-mutants.ts";

const exclusion = (where: string) =>
  `ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap, ADD CONSTRAINT allocations_no_overlap EXCLUDE USING gist
     (organization_id WITH =, calendar_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (${where})`;
const mailKey = "deliveries_organization_id_booking_id_booking_version_kind__key";
const forgetInbox = spoil("inbox", "AFTER INSERT", "DELETE FROM inbox WHERE event_id = NEW.event_id;");

const forgetOutcomes = spoil("planned_occurrences", "BEFORE UPDATE", "NEW.settled_version := 0;");

/** Every guard, broken one at a time. */
export const mutants: readonly Mutant[] = [
  {
    name: "overlap constraint dropped",
    guard: "EXCLUDE constraint of allocations",
    caughtBy: ["overlaps of allocations", "overlaps of bookings"],
    service: "booking",
    // Under the name that the insert asks for, a constraint that holds nothing.
    sabotage: [exclusion("active AND false")],
    repair: ["DELETE FROM allocations", exclusion("active")],
  },
  {
    name: "request id forgotten",
    guard: "request_answers",
    caughtBy: ["requests done twice"],
    service: "booking",
    ...spoil(
      "request_answers",
      "AFTER INSERT",
      "DELETE FROM request_answers WHERE organization_id = NEW.organization_id AND request_id = NEW.request_id;",
    ),
  },
  {
    name: "limit counters reset",
    guard: "limit_counts",
    caughtBy: ["limits exceeded"],
    service: "booking",
    focus: ({ perDay }) => perDay > 0,
    ...spoil("limit_counts", "BEFORE INSERT OR UPDATE", "NEW.bookings := 0; NEW.minutes := 0;"),
  },
  {
    name: "seats not counted",
    guard: "group_sessions.taken and its CHECK",
    caughtBy: ["seats over capacity"],
    service: "booking",
    focus: ({ capacity }) => capacity > 0,
    ...spoil("group_sessions", "BEFORE UPDATE", "NEW.taken := 0;"),
  },
  {
    name: "outbox loses every tenth event",
    guard: "outbox in the transaction of its fact",
    caughtBy: ["read model that differs", "mails missing"],
    service: "booking",
    ...spoil("outbox", "AFTER INSERT", "IF random() < 0.1 THEN DELETE FROM outbox WHERE id = NEW.id; END IF;"),
  },
  {
    name: "inbox skipped",
    guard: "inbox, and the unique key of deliveries that backs it",
    caughtBy: ["mails duplicated"],
    service: "notification",
    sabotage: [...forgetInbox.sabotage, `ALTER TABLE deliveries DROP CONSTRAINT ${mailKey}`],
    repair: [
      ...forgetInbox.repair,
      "DELETE FROM deliveries",
      `ALTER TABLE deliveries ADD CONSTRAINT ${mailKey} UNIQUE (organization_id, booking_id, booking_version, kind, recipient)`,
    ],
  },
  {
    name: "versions not compared",
    guard: "busy_sources.version",
    caughtBy: ["read model that differs"],
    service: "availability",
    ...spoilLater(
      "busy_sources",
      "UPDATE busy_sources SET version = -1 WHERE organization_id = NEW.organization_id AND source_id = NEW.source_id AND version >= 0;",
    ),
  },
  {
    name: "versions of outcomes not compared",
    guard: "planned_occurrences.settled_version, and the inbox that backs it",
    caughtBy: ["dates of series of which the engine"],
    service: "recurrence-engine",
    acts: seriesActs,
    sabotage: [...forgetInbox.sabotage, ...forgetOutcomes.sabotage],
    repair: [...forgetInbox.repair, ...forgetOutcomes.repair],
  },
  {
    name: "holds that do not end",
    guard: "expires_at of holds",
    caughtBy: ["holds that outlived", "work left"],
    service: "booking",
    ...spoil(
      "bookings",
      "BEFORE INSERT",
      "IF NEW.status = 'hold' THEN NEW.expires_at := NEW.expires_at + interval '1 day'; END IF;",
    ),
  },
  {
    name: "half of a collective",
    guard: "all hosts' rows or none",
    caughtBy: ["time taken in part"],
    service: "booking",
    focus: ({ category }) => category === "collective",
    ...spoil(
      "allocations",
      "AFTER INSERT",
      "DELETE FROM allocations WHERE booking_id = NEW.booking_id AND calendar_id > NEW.calendar_id;",
    ),
  },
  {
    name: "shares forgotten",
    guard: "host_counts",
    caughtBy: ["round-robin deviation"],
    service: "booking",
    focus: ({ category, changes }) => category === "round_robin" && !changes,
    ...spoil("host_counts", "BEFORE INSERT OR UPDATE", "NEW.balance := 0; NEW.last_round := 0;"),
  },
  {
    name: "lost events not told again",
    guard: "republishing, after the stream was deleted",
    caughtBy: ["read model that differs", "mails missing"],
    service: "booking",
    faults: { streams: true, everyMs: 2_000 },
    ...spoil("outbox", "BEFORE UPDATE", "NEW.published_at := coalesce(NEW.published_at, OLD.published_at);"),
  },
  {
    name: "answered before it is on disk",
    guard: "synchronous_commit",
    caughtBy: ["acknowledged bookings lost", "acknowledged changes lost"],
    service: "booking",
    sabotage: [
      "ALTER SYSTEM SET synchronous_commit = off",
      "ALTER SYSTEM SET wal_writer_delay = '10s'",
      "SELECT pg_reload_conf()",
    ],
    repair: ["ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()"],
    async finale({ postgres }) {
      await postgres.kill();
      await postgres.start();
    },
  },
  ...toldMutants,
];
