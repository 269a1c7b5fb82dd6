/** What a feed shows of a booking. */
export interface CalendarEvent {
  readonly bookingId: string;
  readonly title: string;
  /** Whether a host still has to confirm. */
  readonly tentative: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly location: string;
  readonly meetingUrl: string;
  /** RFC 5545 SEQUENCE. */
  readonly sequence: number;
  readonly changedAt: Date;
}

const pastMs = 90 * 86_400_000;

/** The instant from which on a feed shows what has not ended. */
export function feedFrom(now: Date): Date {
  return new Date(now.getTime() - pastMs);
}

/** Most events of one feed; where there are more, the latest stay. */
export const maxFeedEvents = 5_000;
