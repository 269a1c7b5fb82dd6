import { createHash } from "node:crypto";
import { fromBinary, toBinary, type DescMessage, type DescMethod, type MessageShape } from "@bufbuild/protobuf";
import type { Sql } from "./database.ts";
import { throwKind } from "./database-errors.ts";
import { DomainError } from "./domain-error.ts";

/** The table that each service with mutations has; `expires_at` is 24 hours after the first answer. */
export const idempotencyTable = "request_answers";

/** One mutation and the key under which its answer is kept. */
export interface Mutation<I extends DescMessage, O extends DescMessage, Tx extends Sql> {
  readonly method: DescMethod & { readonly input: I; readonly output: O };
  readonly organizationId: string;
  readonly request: MessageShape<I> & { readonly requestId: string };
  /** Runs a function in one transaction of the service's database. */
  readonly transaction: (work: (tx: Tx) => Promise<MessageShape<O>>) => Promise<MessageShape<O>>;
  /** Reads outside of any transaction. */
  readonly sql: Sql;
  /** What the mutation does; throwing undoes all of it. */
  readonly work: (tx: Tx) => Promise<MessageShape<O>>;
}

/**
 * Runs a mutation once per (organization, RPC, request id) and gives the first answer to every repetition. The key is
 * written in the mutation's own transaction and before its work, so that a repetition racing the first try waits for it.
 * Throws "exists" with REQUEST_ID_REUSED when the same id comes with a different request.
 */
export async function mutateOnce<I extends DescMessage, O extends DescMessage, Tx extends Sql>(
  mutation: Mutation<I, O, Tx>,
  prepare?: () => Promise<void>,
): Promise<MessageShape<O>> {
  const key = keyOf(mutation);
  const known = await readAnswer(mutation, key);
  if (known !== undefined) {
    return known;
  }
  try {
    await prepare?.();
    return await mutation.transaction(async (tx) => {
      if (!(await claim(tx, key))) {
        throw new AlreadyAnswered();
      }
      const answer = await mutation.work(tx);
      await storeAnswer(tx, key, toBinary(mutation.method.output, answer));
      return answer;
    });
  } catch (error) {
    // A refusal may stem from the first try's own success (the slot is taken, by this very request): its answer stands.
    const answer = await readAnswer(mutation, key).catch((again: unknown) => {
      throw isReuse(again) ? again : error; // Where the database is gone, the first error says so.
    });
    if (answer === undefined) {
      throw error;
    }
    return answer;
  }
}

class AlreadyAnswered extends Error {}

function isReuse(error: unknown): boolean {
  return error instanceof DomainError && error.reason === "REQUEST_ID_REUSED";
}

type Key = readonly [organizationId: string, method: string, requestId: string, hash: Buffer];

function keyOf<I extends DescMessage, O extends DescMessage, Tx extends Sql>(mutation: Mutation<I, O, Tx>): Key {
  const { method, request, organizationId } = mutation;
  const hash = createHash("sha256").update(toBinary(method.input, request)).digest();
  return [organizationId, `${method.parent.typeName}/${method.name}`, request.requestId, hash];
}

async function readAnswer<I extends DescMessage, O extends DescMessage, Tx extends Sql>(
  mutation: Mutation<I, O, Tx>,
  [organizationId, method, requestId, hash]: Key,
): Promise<MessageShape<O> | undefined> {
  const rows = await mutation.sql
    .$queryRawUnsafe<{ request_hash: Uint8Array; answer: Uint8Array }[]>(
      `SELECT request_hash, answer FROM ${idempotencyTable}
       WHERE organization_id = $1::uuid AND method = $2 AND request_id = $3::uuid AND answer IS NOT NULL`,
      organizationId,
      method,
      requestId,
    )
    .catch(throwKind);
  const row = rows[0];
  if (row === undefined) {
    return undefined;
  }
  if (Buffer.compare(row.request_hash, hash) !== 0) {
    throw new DomainError("exists", "REQUEST_ID_REUSED", "the request_id was used before with a different request");
  }
  return fromBinary(mutation.method.output, row.answer);
}

async function claim(tx: Sql, [organizationId, method, requestId, hash]: Key): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    `INSERT INTO ${idempotencyTable} (organization_id, method, request_id, request_hash, expires_at)
     VALUES ($1::uuid, $2, $3::uuid, $4, now() + interval '24 hours')
     ON CONFLICT (organization_id, method, request_id) DO NOTHING RETURNING 1 AS claimed`,
    organizationId,
    method,
    requestId,
    hash,
  );
  return rows.length === 1;
}

async function storeAnswer(tx: Sql, [organizationId, method, requestId]: Key, answer: Uint8Array): Promise<void> {
  await tx.$queryRawUnsafe(
    `UPDATE ${idempotencyTable} SET answer = $4 WHERE organization_id = $1::uuid AND method = $2 AND request_id = $3::uuid`,
    organizationId,
    method,
    requestId,
    Buffer.from(answer),
  );
}

/** Forgets answers that are older than 24 hours. */
export async function forgetAnswers(sql: Sql, now: Date): Promise<void> {
  await sql.$queryRawUnsafe(`DELETE FROM ${idempotencyTable} WHERE expires_at < $1::timestamptz`, now);
}
