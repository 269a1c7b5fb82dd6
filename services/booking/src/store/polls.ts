import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { Choice, Poll, PollOption, PollStatus, Vote } from "../domain/poll.ts";
import type { Poll as PollRow, PollVote } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** Adds a poll. */
export async function insertPoll(tx: Tx, organizationId: string, poll: Poll): Promise<void> {
  await tx.poll.create({ data: { organizationId, ...columns(poll) } }).catch(throwKind);
}

/** Writes a changed poll. */
export async function updatePoll(tx: Tx, organizationId: string, poll: Poll): Promise<void> {
  const where = { organizationId_id: { organizationId, id: poll.id } };
  await tx.poll.update({ where, data: columns(poll) }).catch(throwKind);
}

/** Reads a poll; throws "not found" also where another organization has it. */
export async function readPoll(db: Tx, organizationId: string, id: string): Promise<Poll> {
  const row = await db.poll.findUnique({ where: { organizationId_id: { organizationId, id } } }).catch(throwKind);
  if (row === null) {
    throw notFound("Poll");
  }
  return toPoll(row);
}

/** Reads a poll and keeps it from being changed by others until the transaction ends. Throws "not found". */
export async function lockPoll(tx: Tx, organizationId: string, id: string): Promise<Poll> {
  await tx.$queryRaw`
    SELECT 1 AS locked FROM polls WHERE organization_id = ${organizationId}::uuid AND id = ${id}::uuid FOR UPDATE`;
  return readPoll(tx, organizationId, id);
}

/** Reads a page of polls, the newest first. */
export async function listPolls(db: Tx, organizationId: string, pageSize: number, pageToken: string) {
  const after = decodePageToken(pageToken, ["uuid"])?.[0];
  const where = { organizationId, ...(after === undefined ? {} : { id: { lt: after } }) };
  const rows = await db.poll.findMany({ where, orderBy: { id: "desc" }, take: pageSize + 1 }).catch(throwKind);
  const page = pageOf(rows, pageSize, ({ id }) => [id]);
  return { polls: page.rows.map(toPoll), nextPageToken: page.nextPageToken };
}

/** Writes a vote; a second of the same voter replaces the first. */
export async function writeVote(tx: Tx, organizationId: string, pollId: string, vote: Vote, now: Date): Promise<void> {
  const { email } = vote;
  const values = { name: vote.name, choices: [...vote.choices], votedAt: now };
  await tx.pollVote
    .upsert({
      where: { organizationId_pollId_email: { organizationId, pollId, email } },
      create: { organizationId, pollId, email, ...values },
      update: values,
    })
    .catch(throwKind);
}

/** Reads the votes of polls in one query, by poll, the first first. */
export async function readVotes(
  db: Tx,
  organizationId: string,
  pollIds: readonly string[],
): Promise<ReadonlyMap<string, Vote[]>> {
  const where = { organizationId, pollId: { in: [...pollIds] } };
  const rows = await db.pollVote.findMany({ where, orderBy: [{ votedAt: "asc" }, { email: "asc" }] }).catch(throwKind);
  const votes = new Map<string, Vote[]>(pollIds.map((id) => [id, []]));
  rows.forEach((row) => votes.get(row.pollId)?.push(toVote(row)));
  return votes;
}

/** Reads the votes of one poll, the first first. */
export async function readVotesOf(db: Tx, organizationId: string, pollId: string): Promise<Vote[]> {
  return (await readVotes(db, organizationId, [pollId])).get(pollId) ?? [];
}

function columns({ options, invitees, ...rest }: Poll) {
  return { ...rest, invitees: [...invitees], options: options.map((option) => ({ ...option })) };
}

/** The JSON column holds exactly what {@link columns} put there. */
function toPoll({ organizationId: _, ...row }: PollRow): Poll {
  return {
    ...row,
    status: row.status as PollStatus,
    options: row.options as unknown as PollOption[],
    invitees: row.invitees as unknown as string[],
  };
}

function toVote({ email, name, choices }: PollVote): Vote {
  return { email, name, choices: choices as unknown as Choice[] };
}
