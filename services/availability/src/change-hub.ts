import type { Logger } from "@calends/kit/logger";
import { openSession } from "@calends/kit/sessions";
import type { Client } from "pg";
import { changesChannel } from "./store/announcer.ts";

/** Tells who waits for it that slots of a calendar may have moved, whichever replica moved them. */
export interface ChangeHub extends AsyncDisposable {
  /** Calls back at each change of one of the calendars, and after a break in which changes may have been missed. */
  subscribe(organizationId: string, calendarIds: readonly string[], changed: () => void): Disposable;
}

/** Those who wait for a calendar, and the version of its slots that they were told of last. */
interface Waiting {
  readonly callbacks: Set<() => void>;
  version: number | undefined;
}

const firstDelayMs = 100;
const longestDelayMs = 5_000;
/** How soon a change is found that nobody told of, because the process that made it died. */
const pollMs = 500;
const pollTimeoutMs = 5_000;

/**
 * Listens to what is announced after each commit, and asks now and then for the versions of what is waited for: what was
 * announced is not told again by that. A lost connection is opened again.
 */
export async function openChangeHub(databaseUrl: string, logger: Logger, signal: AbortSignal): Promise<ChangeHub> {
  const waiting = new Map<string, Waiting>();
  const stopping = new AbortController();
  const stopped = AbortSignal.any([signal, stopping.signal]);
  let client: Client | undefined;
  let delayMs = firstDelayMs;
  let retry: NodeJS.Timeout | undefined;

  const tell = (key: string, version: number) => {
    const entry = waiting.get(key);
    if (entry !== undefined) {
      entry.version = Math.max(version, entry.version ?? 0);
      entry.callbacks.forEach((changed) => changed());
    }
  };
  const tellAll = () => waiting.forEach(({ callbacks }) => callbacks.forEach((changed) => changed()));
  const lost = (error: unknown) => {
    client = undefined;
    if (!stopped.aborted && retry === undefined) {
      logger.warn({ err: error }, "the connection that listens for changes was lost");
      retry = setTimeout(reconnect, delayMs);
      delayMs = Math.min(2 * delayMs, longestDelayMs);
    }
  };
  const reconnect = () => {
    retry = undefined;
    void connect().then(tellAll, lost);
  };
  const poll = async (opened: Client) => {
    for (const [key, version] of waiting.size === 0 ? [] : await readVersions(opened, [...waiting.keys()])) {
      const entry = waiting.get(key);
      if (entry !== undefined && entry.version === undefined) {
        entry.version = version;
      } else if (entry?.version !== undefined && entry.version < version) {
        tell(key, version);
      }
    }
  };
  const connect = async () => {
    const opened = await openSession(databaseUrl, "availability-changes", { statementTimeoutMs: pollTimeoutMs });
    opened.on("notification", ({ payload = "" }) => {
      const end = payload.lastIndexOf(" ");
      tell(payload.slice(0, end), Number(payload.slice(end + 1)));
    });
    const polling = setInterval(() => void poll(opened).catch(() => opened.end()), pollMs);
    opened.once("end", () => {
      clearInterval(polling);
      lost(new Error("the connection ended"));
    });
    await opened.query(`LISTEN ${changesChannel}`);
    client = opened;
    delayMs = firstDelayMs;
  };
  await connect();
  return {
    subscribe(organizationId, calendarIds, changed) {
      const keys = calendarIds.map((id) => `${organizationId} ${id}`);
      for (const key of keys) {
        const entry = waiting.get(key) ?? { callbacks: new Set(), version: undefined };
        waiting.set(key, entry);
        entry.callbacks.add(changed);
      }
      return {
        [Symbol.dispose]() {
          for (const key of keys) {
            const callbacks = waiting.get(key)?.callbacks;
            callbacks?.delete(changed);
            if (callbacks?.size === 0) {
              waiting.delete(key);
            }
          }
        },
      };
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      clearTimeout(retry);
      await client?.end();
    },
  };
}

async function readVersions(client: Client, keys: readonly string[]): Promise<[key: string, version: number][]> {
  const parts = keys.map((key) => key.split(" "));
  const { rows } = await client.query<{ key: string; version: number }>({
    name: "versions",
    text: `SELECT c.organization_id || ' ' || c.id AS key, c.slots_version::float8 AS version
      FROM unnest($1::uuid[], $2::uuid[]) AS asked (organization_id, id) JOIN calendars c USING (organization_id, id)`,
    values: [parts.map(([organizationId]) => organizationId), parts.map(([, id]) => id)],
  });
  return rows.map(({ key, version }) => [key, version]);
}
