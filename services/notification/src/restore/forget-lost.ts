import { must } from "@calends/kit/must";
import type { LostVersion, NamedVersion } from "../domain/lost-version.ts";
import type { FindKnownVersions } from "../known-versions.ts";
import type { Store } from "../store/index.ts";
import { listTold, stopLost, type ToldVersion } from "../store/lost-versions.ts";

/** The notices, and the service that knows which of their versions exist. */
export interface LostDeps {
  readonly store: Store;
  readonly findKnown: FindKnownVersions;
}

/** A lost version and the organization of its booking. */
export interface Lost extends LostVersion {
  readonly organizationId: string;
}

const nil = "00000000-0000-0000-0000-000000000000";
/** How many versions one call may ask booking about. */
const batchSize = 1_000;

/**
 * Asks booking about every version that has a notice, and stops the unsent mails of the versions that booking does not know
 * because its database was restored to an earlier point. Yields those versions. Running it again is safe.
 */
export async function* forgetLost({ store, findKnown }: LostDeps): AsyncIterable<Lost> {
  let after: ToldVersion = { organizationId: nil, bookingId: nil, version: 0n };
  for (;;) {
    const told = await listTold(store.db, after, batchSize);
    if (told.length === 0) {
      return;
    }
    after = must(told.at(-1), "the last version of the page");
    for (const [organizationId, versions] of Map.groupBy(told, (version) => version.organizationId)) {
      const known = new Set((await findKnown(organizationId, versions)).map(keyOf));
      const unknown = versions.filter((version) => !known.has(keyOf(version)));
      const lost = unknown.length === 0 ? [] : await store.transaction((tx) => stopLost(tx, organizationId, unknown));
      yield* lost.map((version) => ({ organizationId, ...version }));
    }
  }
}

function keyOf({ bookingId, version }: NamedVersion): string {
  return `${bookingId} ${version}`;
}
