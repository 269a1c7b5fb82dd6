import { raiseSeats, type Changing } from "./changing.ts";
import type { FactDeps } from "./facts.ts";
import type { AppointmentType } from "./domain/appointment-type.ts";
import { readType } from "./store/appointment-types.ts";
import type { Store } from "./store/index.ts";
import { findSmaller, lockSessions } from "./store/sessions.ts";

/** What giving sessions more seats works with. */
export interface RaisingDeps extends FactDeps {
  readonly store: Store;
}

/**
 * Gives each session of a type that is to come the seats that the type has now: a transaction a session, for its lock is taken
 * before any other, as by whoever books a seat.
 */
export async function raiseSessions(
  deps: RaisingDeps,
  organizationId: string,
  { id: appointmentTypeId, fields }: Pick<AppointmentType, "id" | "fields">,
  trace: Changing["trace"],
): Promise<void> {
  const { store, clock } = deps;
  const found = await findSmaller(store.db, organizationId, appointmentTypeId, fields.capacity, clock.now());
  for (const sessionId of found) {
    await store.transaction(async (tx) => {
      const [session] = await lockSessions(tx, organizationId, [sessionId]);
      const { fields: latest } = await readType(tx, organizationId, appointmentTypeId);
      if (session !== undefined) {
        const changing = { deps, tx, organizationId, actor: "booking", trace };
        await raiseSeats(changing, session, latest.capacity, clock.now());
      }
    });
  }
}
