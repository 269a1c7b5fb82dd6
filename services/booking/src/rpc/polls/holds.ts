import type { Poll } from "../../domain/poll.ts";
import { releaseHold } from "../../domain/holds.ts";
import { tell, type FactDeps } from "../../facts.ts";
import { lockBooking, updateBooking } from "../../store/bookings.ts";
import type { Tx } from "../../store/index.ts";

/** Who releases what, and when. */
export interface Releasing {
  readonly deps: FactDeps;
  readonly tx: Tx;
  readonly organizationId: string;
  readonly actor: string;
}

/** Releases what a poll holds, but for one hold that became its booking. */
export async function releaseHolds({ deps, tx, organizationId, actor }: Releasing, poll: Poll, kept: string | null) {
  const ids = poll.options.flatMap(({ holdId }) => (holdId === null || holdId === kept ? [] : [holdId]));
  for (const id of ids.toSorted()) {
    const hold = await lockBooking(tx, organizationId, id);
    if (hold.status === "hold") {
      const released = releaseHold(hold, deps.clock.now());
      await updateBooking(tx, organizationId, hold, released, actor);
      await tell(deps, tx, organizationId, released, null);
    }
  }
}
