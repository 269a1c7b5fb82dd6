import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import {
  CalendarService,
  CreateCalendarRequestSchema,
  CreateCalendarResponseSchema,
  type CreateCalendarRequest,
  type CreateCalendarResponse,
} from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { createDatabase, type TestDatabase } from "@calends/testkit/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlOf, type Sql } from "./database.ts";
import { forgetAnswers, mutateOnce } from "./idempotency.ts";

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createDatabase("idempotency");
  pool = new Pool({ connectionString: database.url, max: 20 });
  await pool.query(`CREATE TABLE request_answers (organization_id uuid, method text, request_id uuid, request_hash bytea NOT NULL,
    answer bytea, expires_at timestamptz NOT NULL, PRIMARY KEY (organization_id, method, request_id))`);
  await pool.query("CREATE TABLE effects (name text)");
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

async function transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
  const connection = await pool.connect();
  try {
    await connection.query("BEGIN");
    const result = await work(sqlOf(connection));
    await connection.query("COMMIT");
    return result;
  } catch (error) {
    await connection.query("ROLLBACK");
    throw error;
  } finally {
    connection.release();
  }
}

const organizationId = randomUUID();

interface Try {
  readonly request: CreateCalendarRequest;
  readonly organizationId?: string;
  readonly prepare?: () => Promise<void>;
  readonly fail?: Error;
  readonly sql?: Sql;
}

/** A mutation whose effect is a row with the request's name, and whose answer is of its own each time. */
function mutate({ request, prepare, fail, ...rest }: Try): Promise<CreateCalendarResponse> {
  const work = async (tx: Sql) => {
    await tx.$queryRawUnsafe("INSERT INTO effects VALUES ($1)", request.name);
    if (fail !== undefined) {
      throw fail;
    }
    return create(CreateCalendarResponseSchema, { calendar: { id: randomUUID(), name: request.name } });
  };
  const { createCalendar: method } = CalendarService.method;
  return mutateOnce({ method, request, organizationId, transaction, sql: sqlOf(pool), work, ...rest }, prepare);
}

const requestOf = (name: string, requestId: string = randomUUID()) =>
  create(CreateCalendarRequestSchema, { requestId, name });

async function effectsOf(name: string): Promise<number> {
  return (await pool.query("SELECT 1 FROM effects WHERE name = $1", [name])).rowCount ?? 0;
}

test("twenty equal requests at once have one effect and one answer", async () => {
  const request = requestOf("raced");
  const answers = await Promise.all(Array.from({ length: 20 }, () => mutate({ request })));
  expect(new Set(answers.map(({ calendar }) => calendar?.id)).size).toBe(1);
  expect(await effectsOf("raced")).toBe(1);
  expect(await mutate({ request })).toEqual(answers[0]);
});

test("a request that failed leaves nothing and may be tried again", async () => {
  const request = requestOf("failed");
  await expect(mutate({ request, fail: new Error("no") })).rejects.toThrow("no");
  expect(await effectsOf("failed")).toBe(0);
  expect((await mutate({ request })).calendar?.name).toBe("failed");
  expect(await effectsOf("failed")).toBe(1);
});

test("the same id with another request is refused, before and after its own checks", async () => {
  const requestId = randomUUID();
  await mutate({ request: requestOf("one", requestId) });
  await expect(mutate({ request: requestOf("two", requestId) })).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  expect(await effectsOf("two")).toBe(0);
});

test("the same id of another organization is another request", async () => {
  const request = requestOf("shared id");
  const ours = await mutate({ request });
  const theirs = await mutate({ request, organizationId: randomUUID() });
  expect(theirs.calendar?.id).not.toBe(ours.calendar?.id);
});

test("checks are not run again for an answer that is known, and a refusal by them gives way to one that came meanwhile", async () => {
  const request = requestOf("checked");
  const first = await mutate({ request });
  const refuse = () => Promise.reject(new Error("the slot is taken, by this very request"));
  expect(await mutate({ request, prepare: refuse })).toEqual(first);
  const late = requestOf("late");
  const answer = Promise.withResolvers<CreateCalendarResponse>();
  const prepare = async () => {
    answer.resolve(await mutate({ request: late }));
    await refuse();
  };
  expect(await mutate({ request: late, prepare })).toEqual(await answer.promise);
  expect(await effectsOf("late")).toBe(1);
});

test("where nobody can tell whether there is an answer, a refusal is not passed on", async () => {
  const refuse = () => Promise.reject(new Error("the slot is taken, perhaps by this very request"));
  let reads = 0;
  const sql: Sql = {
    $queryRawUnsafe<T>(text: string, ...values: unknown[]) {
      reads += 1;
      return reads === 1
        ? sqlOf(pool).$queryRawUnsafe<T>(text, ...values)
        : Promise.reject(Object.assign(new Error("the database is starting"), { code: "57P03" }));
    },
  };
  const request = requestOf("nobody knows");
  await expect(mutate({ request, prepare: refuse, sql })).rejects.toMatchObject({ kind: "unavailable" });
});

test("answers are forgotten after their day, and not before", async () => {
  const request = requestOf("old");
  const first = await mutate({ request });
  await forgetAnswers(sqlOf(pool), new Date(Date.now() + 23 * 3_600_000));
  expect(await mutate({ request })).toEqual(first);
  await forgetAnswers(sqlOf(pool), new Date(Date.now() + 25 * 3_600_000));
  expect(await mutate({ request })).not.toEqual(first);
});
