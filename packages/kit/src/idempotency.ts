import { createHash } from "node:crypto";
import { fromBinary, toBinary, type DescMessage, type DescMethod, type MessageShape } from "@bufbuild/protobuf";
import { send, type Sql } from "./database.ts";
import { throwKind } from "./database-errors.ts";
import { deleteInSlices } from "./delete-in-slices.ts";
import { DomainError } from "./domain-error.ts";

/** The table that each service with mutations has; `expires_at` is 24 hours after the first answer. */
export const idempotencyTable = "request_answers";

/** A request, and the key under which its answer is kept. */
export interface Keyed<I extends DescMessage, O extends DescMessage> {
  readonly method: DescMethod & { readonly input: I; readonly output: O };
  readonly organizationId: string;
  readonly request: MessageShape<I> & { readonly requestId: string };
  /** Reads outside of any transaction. */
  readonly sql: Sql;
}

/** One mutation of a service's database. */
export interface Mutation<I extends DescMessage, O extends DescMessage, Tx extends Sql> extends Keyed<I, O> {
  /** Runs a function in one transaction of the service's database. */
  readonly transaction: (work: (tx: Tx) => Promise<MessageShape<O>>) => Promise<MessageShape<O>>;
  /** What the mutation does; throwing undoes all of it. */
  readonly work: (tx: Tx) => Promise<MessageShape<O>>;
}

/** Keeps an answer in the transaction of what it answers, and returns it. */
export type Keep<O extends DescMessage> = (tx: Sql, answer: MessageShape<O>) => Promise<MessageShape<O>>;

/**
 * Runs a mutation once per (organization, RPC, request id) and gives the first answer to every repetition; checks are not
 * run again for an answer that is known. Throws "exists" with REQUEST_ID_REUSED when the same id comes with a different
 * request.
 */
export async function mutateOnce<I extends DescMessage, O extends DescMessage, Tx extends Sql>(
  mutation: Mutation<I, O, Tx>,
  prepare?: () => Promise<void>,
): Promise<MessageShape<O>> {
  const known = await readAnswer(mutation, keyOf(mutation));
  if (known !== undefined) {
    return known;
  }
  return answerOnce(mutation, async (keep) => {
    await prepare?.();
    return mutation.transaction(async (tx) => keep(tx, await mutation.work(tx)));
  });
}

/**
 * As {@link mutateOnce}, for hot paths: a known answer is not looked for first. `run` begins the transaction and keeps its
 * answer last, under a key that only one can write: of a repetition nothing stays, whether or not it races the first try.
 */
export async function answerOnce<I extends DescMessage, O extends DescMessage>(
  request: Keyed<I, O>,
  run: (keep: Keep<O>) => Promise<MessageShape<O>>,
): Promise<MessageShape<O>> {
  const key = keyOf(request);
  try {
    return await run(async (tx, answer) => {
      await storeAnswer(tx, key, toBinary(request.method.output, answer));
      return answer;
    });
  } catch (error) {
    // The key was taken, or the request was refused because its own first try did what it asks (the slot is taken): the
    // first answer stands. Where it cannot be read, nobody knows whether there is one, and the refusal may be wrong.
    const answer = await readAnswer(request, key);
    if (answer === undefined) {
      throw error;
    }
    return answer;
  }
}

type Key = readonly [organizationId: string, method: string, requestId: string, hash: Buffer];

function keyOf<I extends DescMessage, O extends DescMessage>(mutation: Keyed<I, O>): Key {
  const { method, request, organizationId } = mutation;
  const hash = createHash("sha256").update(toBinary(method.input, request)).digest();
  return [organizationId, `${method.parent.typeName}/${method.name}`, request.requestId, hash];
}

async function readAnswer<I extends DescMessage, O extends DescMessage>(
  mutation: Keyed<I, O>,
  [organizationId, method, requestId, hash]: Key,
): Promise<MessageShape<O> | undefined> {
  const rows = await mutation.sql
    .$queryRawUnsafe<{ request_hash: Uint8Array; answer: Uint8Array }[]>(
      `SELECT request_hash, answer FROM ${idempotencyTable}
       WHERE organization_id = $1::uuid AND method = $2 AND request_id = $3::uuid`,
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

async function storeAnswer(tx: Sql, [organizationId, method, requestId, hash]: Key, answer: Uint8Array): Promise<void> {
  await send(
    tx,
    `INSERT INTO ${idempotencyTable} (organization_id, method, request_id, request_hash, answer, expires_at)
     VALUES ($1::uuid, $2, $3::uuid, $4, $5, now() + interval '24 hours')`,
    organizationId,
    method,
    requestId,
    hash,
    Buffer.from(answer),
  );
}

/** Forgets answers that are older than 24 hours. */
export async function forgetAnswers(sql: Sql, now: Date): Promise<void> {
  await deleteInSlices(sql, idempotencyTable, "expires_at < $1::timestamptz", now);
}
