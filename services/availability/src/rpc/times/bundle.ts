import type { FactContext } from "@calends/messaging/outbox";
import { newId } from "@calends/kit/ids";
import { moveFamily, type FamilyMove } from "../../domain/bundle-family.ts";
import type { Calendar } from "../../domain/calendar.ts";
import { readBundleFamilies, writePlace } from "../../store/bundle-times.ts";
import { findCalendarHeads } from "../../store/calendar-heads.ts";
import type { Tx } from "../../store/index.ts";
import { deleteTimes, insertTimes } from "../../store/time-writes.ts";
import { notManaging, tellChanges, type Change } from "./work.ts";

/** Lets the times that were made on a bundle follow its members, and says so of each that is new, changed or gone. */
export async function followMembers(tx: Tx, { id, memberIds }: Calendar, context: FactContext): Promise<void> {
  const { organizationId, at } = context;
  const families = await readBundleFamilies(tx, organizationId, id);
  if (families.some(({ held }) => held.time.kind === "available")) {
    await refuseUnmanagedMembers(tx, organizationId, memberIds);
  }
  const ids = () => newId(at.getTime());
  const moves = families.map((family) => ({ family, move: moveFamily(family, memberIds, ids, at) }));
  await write(
    tx,
    organizationId,
    moves.map(({ move }) => move),
  );
  const changes = moves.flatMap(({ family, move }): Change[] => [
    ...move.gone.map((held) => [held, null] as const),
    ...(move.moved === null ? [] : [[family.held, move.moved] as const]),
    ...move.made.map((held) => [null, held] as const),
  ]);
  await tellChanges(tx, changes, context);
}

/** What goes leaves its calendar before another record comes there. */
async function write(tx: Tx, organizationId: string, moves: readonly FamilyMove[]): Promise<void> {
  const gone = moves.flatMap((move) => move.gone.map(({ time }) => time.id));
  await deleteTimes(tx, organizationId, gone);
  for (const { moved } of moves) {
    if (moved !== null) {
      await writePlace(tx, organizationId, moved);
    }
  }
  const made = moves.flatMap((move) => move.made);
  await insertTimes(tx, organizationId, made);
}

async function refuseUnmanagedMembers(tx: Tx, organizationId: string, memberIds: readonly string[]): Promise<void> {
  const heads = await findCalendarHeads(tx, organizationId, memberIds);
  if (memberIds.some((id) => heads.get(id)?.manageAvailableWindows === false)) {
    throw notManaging("member_ids");
  }
}
