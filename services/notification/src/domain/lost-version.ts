/** One version of a booking. */
export interface NamedVersion {
  readonly bookingId: string;
  readonly version: bigint;
}

/** A version that booking no longer knows, with what became of its mails. */
export interface LostVersion extends NamedVersion {
  /** How many people were sent a mail. */
  readonly told: number;
  /** How many mails were stopped before they were sent. */
  readonly stopped: number;
}
