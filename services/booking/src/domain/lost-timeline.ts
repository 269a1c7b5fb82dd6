/** Numbers above all that bookings and sessions may have had in a timeline that was lost. */
export interface Floor {
  /** Of versions. */
  readonly version: bigint;
  /** Of RFC 5545 SEQUENCE, which calendar programs keep in 32 bits. */
  readonly sequence: number;
}

const sequenceEpochMs = Date.UTC(2026, 0, 1);

/**
 * The numbers from which everything goes on after a restore. They are the time itself, so that those of the next restore are
 * higher again whatever backup it goes back to: nothing has changed more often than once a millisecond, or was moved more often
 * than once a second, since the restore before.
 */
export function floorAt(now: Date): Floor {
  return {
    version: BigInt(now.getTime()),
    sequence: Math.floor((now.getTime() - sequenceEpochMs) / 1000),
  };
}
