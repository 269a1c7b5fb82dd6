import type { Poll } from "../../domain/poll.ts";
import { releaseHold } from "../../domain/holds.ts";
import { lockForChange, writeChanged } from "../../changing.ts";
import type { FactDeps } from "../../facts.ts";
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
    const hold = await lockForChange(tx, organizationId, id);
    if (hold.status === "hold") {
      const released = releaseHold(hold, deps.clock.now());
      await writeChanged({ deps, tx, organizationId, actor, trace: null }, hold, released);
    }
  }
}
