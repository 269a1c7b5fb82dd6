import { throwKind } from "@calends/kit/database-errors";
import type { Strategy } from "../domain/appointment-type.ts";
import { creditsOf, type Candidate } from "../domain/round-robin.ts";
import type { Tx } from "./index.ts";
import { readNumbers, type HostNumbers, type RoundKey } from "./round-robin.ts";

/**
 * The numbers that the next choice of a type will look at: what ended bookings gave back is taken out of them, as it is
 * when a round is opened, but nothing is locked or written.
 */
export async function readNextNumbers(db: Tx, key: RoundKey): Promise<ReadonlyMap<string, HostNumbers>> {
  const numbers = new Map(await readNumbers(db, key));
  const where = { ...key, returned: true, counted: true };
  const returned = await db.assignment.findMany({ where }).catch(throwKind);
  for (const { strategy, candidates, chosen } of returned) {
    // The JSON column holds what a choice put there.
    const decision = { strategy: strategy as Strategy, candidates: candidates as unknown as Candidate[], chosen };
    for (const [calendarId, credit] of creditsOf(decision)) {
      const { balance = 0, lastRound = 0 } = numbers.get(calendarId) ?? {};
      numbers.set(calendarId, { balance: balance - credit, lastRound });
    }
  }
  const ofReturned = [...new Set(returned.map(({ chosen }) => chosen))];
  for (const [calendarId, lastRound] of await lastRounds(db, key, ofReturned)) {
    numbers.set(calendarId, { balance: numbers.get(calendarId)?.balance ?? 0, lastRound });
  }
  return numbers;
}

async function lastRounds(db: Tx, key: RoundKey, calendarIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const where = { ...key, chosen: { in: [...calendarIds] }, returned: false };
  const rows = await db.assignment.groupBy({ by: ["chosen"], where, _max: { round: true } }).catch(throwKind);
  const last = new Map(rows.map(({ chosen, _max }) => [chosen, Number(_max.round ?? 0n)]));
  return new Map(calendarIds.map((calendarId) => [calendarId, last.get(calendarId) ?? 0]));
}
