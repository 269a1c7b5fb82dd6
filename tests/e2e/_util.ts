import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { reasonOf } from "@calends/kit/connect-errors";
import { Client, type QueryResultRow } from "pg";

/** What became of a call: "ok", or its code and reason as in "FailedPrecondition/SLOT_TAKEN". */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(() => "ok", outcomeOfError);
}

/** An error as {@link outcomeOf} writes it. */
export function outcomeOfError(error: unknown): string {
  const connectError = ConnectError.from(error);
  const reason = reasonOf(connectError);
  return `${Code[connectError.code]}${reason === undefined ? "" : `/${reason}`}`;
}

/** How often each value occurs. */
export function countOf(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

/** Numbers from 0 to n - 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index);
}

/** Runs one statement in a database and returns its rows. */
export async function query<R extends QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new Client({ connectionString: url, application_name: "calends-test" });
  client.on("error", () => undefined); // Also rejects the query.
  try {
    await client.connect();
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** How many rows a statement's FROM clause finds. */
export async function countRows(url: string, from: string): Promise<number> {
  const rows = await query<{ n: string }>(url, `SELECT count(*) AS n FROM ${from}`);
  return Number(rows[0]?.n);
}

/** Midnight UTC of the day so many days from today, in epoch milliseconds. */
export function dayAhead(days: number): number {
  const dayMs = 86_400_000;
  return (Math.floor(Date.now() / dayMs) + days) * dayMs;
}

/** A range message of so many days from a midnight on. */
export function daysFrom(startMs: number, days: number) {
  return { startTime: timestampFromMs(startMs), endTime: timestampFromMs(startMs + days * 86_400_000) };
}
