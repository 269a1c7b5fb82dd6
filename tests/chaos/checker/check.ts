import type { History } from "../history.ts";
import type { Parts } from "../parts.ts";
import type { Settled } from "../settle.ts";
import type { World } from "../world.ts";
import { checkAcknowledged } from "./acknowledged.ts";
import { readData } from "./data.ts";
import { checkFairness } from "./fairness.ts";
import { mustBeNone, type Finding } from "./finding.ts";
import { checkLimits, checkSeats } from "./limits.ts";
import { checkMails } from "./mails.ts";
import { checkOverlaps } from "./overlaps.ts";
import { checkReadModel } from "./read-model.ts";
import { checkSeries } from "./series.ts";

export type { Finding } from "./finding.ts";

/** What the checker is given. */
export interface Checked {
  readonly parts: Pick<Parts, "databaseUrl" | "mailbox">;
  readonly world: World;
  readonly history: History;
  readonly settled: Settled;
}

/** Holds what clients were told against what the databases and the mailbox have. It shares no code with the services. */
export async function check({ parts, world, history, settled }: Checked): Promise<Finding[]> {
  const urls = {
    booking: parts.databaseUrl("booking"),
    availability: parts.databaseUrl("availability"),
    notification: parts.databaseUrl("notification"),
    recurrence: parts.databaseUrl("recurrence-engine"),
  };
  // What an offer that runs out may still cause is told apart by its time.
  const seenMs = Date.now();
  const mails = parts.mailbox.messages();
  const data = await readData(urls, world.organizationId);
  const evidence = { world, history, data };
  return [
    ...checkOverlaps(evidence),
    ...checkAcknowledged(evidence),
    ...checkSeats(evidence),
    checkLimits(evidence),
    checkReadModel(evidence),
    ...checkMails(evidence, mails, seenMs),
    ...checkFairness(evidence),
    ...checkSeries(evidence),
    mustBeNone("work left after the bounded wait", settled.unsettled === "" ? [] : [settled.unsettled]),
    { name: "dead letters", count: settled.deadLetters, most: 0, examples: [] },
    { name: "bookings", count: data.bookings.length, most: null, examples: [] },
  ];
}
