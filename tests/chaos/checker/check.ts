import type { Mail } from "@calends/local/mail";
import type { History } from "../history.ts";
import type { Listed } from "../listing.ts";
import type { Parts } from "../parts.ts";
import type { Settled } from "../settle.ts";
import type { TappedEvent } from "../tap.ts";
import type { World } from "../world.ts";
import { checkAcknowledged } from "./acknowledged.ts";
import { checkAnswers } from "./answers.ts";
import { checkContents } from "./contents.ts";
import { readData } from "./data.ts";
import { checkFairness } from "./fairness.ts";
import { merged, mustBeNone, type Evidence, type Finding } from "./finding.ts";
import { checkLimits, checkSeats } from "./limits.ts";
import { checkMails } from "./mails.ts";
import { checkOrganizations } from "./organizations.ts";
import { checkOverlaps } from "./overlaps.ts";
import { checkReadModel } from "./read-model.ts";
import { checkSeries } from "./series.ts";
import { checkVisits } from "./visits.ts";

export type { Finding } from "./finding.ts";

/** One organization of the run, and what its clients saw. */
export interface Side {
  readonly world: World;
  readonly history: History;
  /** What the services answered at rest. */
  readonly listed: Listed;
}

/** What the checker is given. */
export interface Checked {
  readonly parts: Pick<Parts, "databaseUrl" | "mailbox">;
  readonly sides: readonly Side[];
  readonly settled: Settled;
  readonly events: readonly TappedEvent[];
}

/** Holds what clients were told against what the databases and the mailbox have. It shares no code with the services. */
export async function check({ parts, sides, settled, events }: Checked): Promise<Finding[]> {
  const urls = {
    booking: parts.databaseUrl("booking"),
    availability: parts.databaseUrl("availability"),
    notification: parts.databaseUrl("notification"),
    recurrence: parts.databaseUrl("recurrence-engine"),
  };
  // What an offer that runs out may still cause is told apart by its time.
  const seenMs = Date.now();
  const mails = parts.mailbox.messages();
  const evidence: (Evidence & Side)[] = [];
  for (const side of sides) {
    evidence.push({ ...side, data: await readData(urls, side.world.organizationId) });
  }
  return [
    ...merged(evidence.map((one) => checkOne(one, mails, seenMs))),
    ...checkOrganizations(evidence, mails, events),
    mustBeNone("work left after the bounded wait", settled.unsettled === "" ? [] : [settled.unsettled]),
    { name: "dead letters", count: settled.deadLetters, most: 0, examples: [] },
  ];
}

/** All that has to hold in an organization by itself. */
function checkOne(evidence: Evidence & Side, mails: readonly Mail[], seenMs: number): Finding[] {
  return [
    ...checkOverlaps(evidence),
    ...checkAcknowledged(evidence),
    ...checkSeats(evidence),
    checkLimits(evidence),
    checkReadModel(evidence),
    ...checkMails(evidence, mails, seenMs),
    ...checkContents(evidence, mails),
    ...checkAnswers(evidence, evidence.listed),
    ...checkVisits(evidence),
    ...checkFairness(evidence),
    ...checkSeries(evidence),
    { name: "bookings", count: evidence.data.bookings.length, most: null, examples: [] },
  ];
}
