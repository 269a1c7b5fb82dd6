// Repairs of the flow of events; see docs/runbooks. Prints what it did.
//
//   node deploy/operate.ts dead-letters                 the consumers that have dead letters, and how many   NATS_URL
//   node deploy/operate.ts replay <consumer>            gives a consumer its dead letters again              NATS_URL
//   node deploy/operate.ts purge <service>              removes the events of a restored service's lost timeline   NATS_URL
//   node deploy/operate.ts republish <since, RFC 3339>  publishes a service's events again                   DATABASE_URL
//   node deploy/operate.ts set-aside                    a service's events that the broker has refused       DATABASE_URL
//   node deploy/operate.ts retry-set-aside [event id]   lets the relay try one of them, or all, again        DATABASE_URL
import { createLogger } from "@calends/kit/logger";
import { createPool, sqlOf, type Sql } from "@calends/kit/database";
import { parseUuid } from "@calends/kit/ids";
import { connectBroker, type Broker } from "@calends/messaging/connection";
import { replayDeadLetters } from "@calends/messaging/dead-letters";
import { isPublisher } from "@calends/messaging/members";
import { republishSince } from "@calends/messaging/outbox";
import { listSetAside, retrySetAside, type SetAsideEvent } from "@calends/messaging/set-aside";
import { ensureLetterStreams } from "@calends/messaging/streams";
import { deadLetterPrefix, deadLetterStream } from "@calends/messaging/subjects";
import { purgeTimeline } from "@calends/messaging/timeline";

type Environment = Readonly<Record<string, string | undefined>>;

const usage =
  "usage: node deploy/operate.ts dead-letters | replay <consumer> | purge <service> | republish <since, RFC 3339> | set-aside | " +
  "retry-set-aside [event id]";

/** Runs one command; returns what to tell. Throws a UsageError for what is no command. */
export async function operate(args: readonly string[], env: Environment): Promise<string> {
  const [command, argument = ""] = args;
  if (command === "dead-letters") {
    return withBroker(env, countDeadLetters);
  }
  if (command === "replay" && argument !== "") {
    return withBroker(env, async (broker) => `${await replayDeadLetters(broker, argument)} replayed to ${argument}`);
  }
  if (command === "purge" && isPublisher(argument)) {
    return withBroker(env, async (broker) => {
      const { events, deadLetters } = await purgeTimeline(broker, argument);
      return `${events} events and ${deadLetters} dead letters of ${argument} removed`;
    });
  }
  if (command === "republish" && !Number.isNaN(Date.parse(argument))) {
    return withDatabase(env, async (sql) => {
      return `${await republishSince(sql, new Date(argument))} events wait to be published again`;
    });
  }
  if (command === "set-aside") {
    return withDatabase(
      env,
      async (sql) => (await listSetAside(sql)).map(inWords).join("\n") || "no event is set aside",
    );
  }
  if (command === "retry-set-aside" && (argument === "" || parseUuid(argument) !== undefined)) {
    return withDatabase(
      env,
      async (sql) => `${await retrySetAside(sql, argument || undefined)} events are tried again`,
    );
  }
  throw new UsageError(usage);
}

async function countDeadLetters(broker: Broker): Promise<string> {
  await ensureLetterStreams(broker);
  const { state } = await broker.manager.streams.info(deadLetterStream, { subjects_filter: `${deadLetterPrefix}.>` });
  const lines = Object.entries(state.subjects ?? {}).map(
    ([subject, count]) => `${subject.slice(deadLetterPrefix.length + 1)}: ${count}`,
  );
  return lines.length === 0 ? "no dead letters" : lines.sort().join("\n");
}

function inWords({ eventId, type, organizationId, bytes, setAsideAt, refusal }: SetAsideEvent): string {
  return `${eventId} ${type} of ${organizationId}, ${bytes} bytes, since ${setAsideAt.toISOString()}: ${refusal}`;
}

async function withDatabase(env: Environment, work: (sql: Sql) => Promise<string>): Promise<string> {
  const pool = createPool(required(env, "DATABASE_URL"), 1, "calends-operate");
  try {
    return await work(sqlOf(pool));
  } finally {
    await pool.end();
  }
}

async function withBroker(env: Environment, work: (broker: Broker) => Promise<string>): Promise<string> {
  const logger = createLogger("operate", "warn", (line) => process.stderr.write(line));
  const signal = AbortSignal.timeout(30_000);
  await using broker = await connectBroker("operate", required(env, "NATS_URL"), logger, signal);
  return await work(broker);
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") {
    throw new UsageError(`${name} is not set`);
  }
  return value;
}

class UsageError extends Error {}

if (import.meta.main) {
  try {
    process.stdout.write(`${await operate(process.argv.slice(2), process.env)}\n`);
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 64 : 1;
    process.stderr.write(`${error instanceof UsageError ? error.message : String(error)}\n`);
  }
}
