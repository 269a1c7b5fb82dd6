import { changingActs, readingActs, trespassingActs, visitingActs } from "./clients.ts";
import { spoil, type Mutant } from "./mutant.ts";

/** The other organization of a run, as a table knows it. */
const another = (table: string) =>
  `SELECT organization_id FROM ${table} WHERE organization_id <> NEW.organization_id ORDER BY created_at DESC LIMIT 1`;

/** Guards of what clients, services and people are told. */
export const toldMutants: readonly Mutant[] = [
  {
    name: "bookings found in every organization",
    guard: "organization_id in the key of bookings",
    caughtBy: ["answers that tell of another organization"],
    service: "booking",
    acts: trespassingActs,
    ...spoil(
      "bookings",
      "AFTER INSERT",
      `IF pg_trigger_depth() = 1 AND NEW.status = 'confirmed' THEN
         INSERT INTO bookings SELECT (jsonb_populate_record(NEW, jsonb_build_object('organization_id', organization_id))).*
         FROM (${another("bookings")}) AS other;
       END IF;`,
    ),
  },
  {
    name: "events under another organization's subject",
    guard: "the organization in the subject of an event",
    caughtBy: ["events that tell of another organization"],
    service: "booking",
    ...spoil(
      "outbox",
      "BEFORE INSERT",
      `IF random() < 0.1 THEN
         NEW.subject := regexp_replace(NEW.subject, '[^.]+$', coalesce((${another("outbox")}), NEW.organization_id)::text);
       END IF;`,
    ),
  },
  {
    name: "mails with another organization's words",
    guard: "organization_id in the key of notices",
    caughtBy: ["mails that tell of another organization"],
    service: "notification",
    ...spoil(
      "notices",
      "BEFORE INSERT",
      `NEW.facts := jsonb_set(NEW.facts, '{title}', coalesce((SELECT facts->'title' FROM notices
         JOIN deliveries USING (organization_id, booking_id, booking_version)
         WHERE notices.organization_id <> NEW.organization_id ORDER BY deliveries.created_at DESC LIMIT 1), NEW.facts->'title'));`,
    ),
  },
  {
    name: "row kept as it was, change told",
    guard: "the row and its history in one transaction",
    caughtBy: ["answers to reads that never were true"],
    service: "booking",
    acts: readingActs,
    ...spoil("bookings", "BEFORE UPDATE", "IF NEW.status = 'cancelled' THEN NEW.status := OLD.status; END IF;"),
  },
  {
    name: "busy times too short",
    guard: "availability's busy time is as long as the allocation",
    caughtBy: ["slots listed and taken"],
    service: "availability",
    ...spoil("busy_times", "BEFORE INSERT", "NEW.ends_at := NEW.starts_at + interval '1 minute';"),
  },
  {
    name: "request ids of visitors forgotten",
    guard: "request_answers, for who books through the gateway",
    caughtBy: ["visitors booked twice"],
    service: "booking",
    acts: visitingActs,
    ...spoil(
      "request_answers",
      "AFTER INSERT",
      "DELETE FROM request_answers WHERE organization_id = NEW.organization_id AND request_id = NEW.request_id;",
    ),
  },
  {
    name: "mails five minutes late",
    guard: "the time of a notice is that of its version",
    caughtBy: ["mails that say another time"],
    service: "notification",
    ...spoil(
      "notices",
      "BEFORE INSERT",
      "NEW.facts := jsonb_set(NEW.facts, '{startMs}', to_jsonb((NEW.facts->>'startMs')::bigint + 300000));",
    ),
  },
  {
    name: "withdrawals told as invitations",
    guard: "the kind of a notice is that of its change",
    caughtBy: ["readers whose newest mail is not true"],
    service: "notification",
    acts: changingActs,
    ...spoil(
      "notices",
      "BEFORE INSERT",
      "IF NEW.facts->>'kind' = 'cancellation' THEN NEW.facts := jsonb_set(NEW.facts, '{kind}', '\"confirmation\"'); END IF;",
    ),
  },
  {
    name: "SEQUENCE forgotten",
    guard: "bookings.sequence in the notice",
    caughtBy: ["events whose SEQUENCE does not rise"],
    service: "notification",
    acts: changingActs,
    ...spoil("notices", "BEFORE INSERT", "NEW.facts := jsonb_set(NEW.facts, '{sequence}', '0');"),
  },
];
