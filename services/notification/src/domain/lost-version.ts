/** One version of a booking. */
export interface NamedVersion {
  readonly bookingId: string;
  readonly version: bigint;
}

/** What became of a version that booking does not know. */
export interface LostVersion extends NamedVersion {
  /** How many people were told. */
  readonly told: number;
  /** How many were going to be, and are not now. */
  readonly stopped: number;
}
