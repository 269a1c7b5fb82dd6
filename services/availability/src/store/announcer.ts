import type { Pool } from "pg";

/** The channel on which Postgres tells every replica that slots of a calendar may have moved. */
export const changesChannel = "availability_changes";

/** What each transaction in work touches, as it is announced: organization, calendar and the new version of its slots. */
const touchedIn = new WeakMap<object, Set<string>>();

/** Begins to note what a transaction touches, so that it can be announced once it has committed. */
export function noteTouched(tx: object): ReadonlySet<string> {
  const touched = new Set<string>();
  touchedIn.set(tx, touched);
  return touched;
}

/** Notes what a transaction has touched. */
export function noteTopics(tx: object, touched: readonly { readonly topic: string }[]): void {
  touched.forEach(({ topic }) => touchedIn.get(tx)?.add(topic));
}

/**
 * Makes what tells every replica of calendars that were touched. It is told after the commit and not in the transaction,
 * where it would make all commits queue for one lock, each until the one before is on disk. What a process that dies in
 * between has not told is found by its version. What comes while one statement is under way goes with the next.
 */
export function createAnnouncer(pool: Pool): (topics: ReadonlySet<string>) => void {
  const waiting = new Set<string>();
  let telling = false;
  const tell = async () => {
    telling = true;
    while (waiting.size > 0) {
      const topics = [...waiting];
      waiting.clear();
      // Where it fails, the change is found by its version.
      await pool
        .query("SELECT pg_notify($1, topic) FROM unnest($2::text[]) topic", [changesChannel, topics])
        .catch(() => undefined);
    }
    telling = false;
  };
  return (topics) => {
    topics.forEach((topic) => waiting.add(topic));
    if (!telling) {
      void tell();
    }
  };
}
