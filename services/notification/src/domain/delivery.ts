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
  /** Tries so far, with the one that is about to be made. */
  readonly attempts: number;
  /** Proves that the result comes from who holds the lease. */
  readonly lease: string;
  readonly notice: Notice;
  /** Whether a try before may have sent it, whatever became of that. */
  readonly maybeSent: boolean;
  /** What the recipient was told of the booking before. */
  readonly told: Told;
}

/**
 * What became of a try. "needless": the recipient knows already what the notice says. "refused": for good, by this
 * recipient's server. "deferred": try again later. "lost": nobody knows, and the mail server itself is in trouble.
 */
export type Outcome =
  | { readonly kind: "sent" | "needless" }
  | { readonly kind: "refused" | "deferred" | "lost"; readonly error: string; readonly code: string };
