import type { Notice, Told } from "./notice.ts";

/** Where a delivery can stand. */
export const statuses = ["queued", "sent", "failed", "superseded"] as const;

/** Where a delivery stands. */
export type DeliveryStatus = (typeof statuses)[number];

/** One notice to one recipient, for one cause. */
export interface Delivery {
  readonly id: string;
  readonly bookingId: string;
  readonly kind: string;
  readonly recipient: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
}

/** A delivery that one sender holds: until the lease ends nobody else sends it. */
export interface Claimed {
  readonly organizationId: string;
  readonly id: string;
  readonly bookingId: string;
  readonly recipient: string;
  /** Number of tries, including the one that is about to be made. */
  readonly attempts: number;
  /** Proves that the result comes from who holds the lease. */
  readonly lease: string;
  readonly notice: Notice;
  /** Whether an earlier try may have sent the mail. */
  readonly maybeSent: boolean;
  /** What earlier mails told the recipient about the booking. */
  readonly told: Told;
}

/**
 * What became of a try. "needless": nothing was sent, because an earlier mail told the recipient the same. "refused": for good,
 * by this recipient's server. "deferred": try again later. "lost": nobody knows, and the mail server itself is in trouble.
 */
export type Outcome =
  | { readonly kind: "sent" | "needless" }
  | { readonly kind: "refused" | "deferred" | "lost"; readonly error: string; readonly code: string };
