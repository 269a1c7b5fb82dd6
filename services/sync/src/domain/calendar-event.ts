/** What a feed shows of a booking, or of a group session with all of its registrations. */
export interface CalendarEvent {
  /** Of a session its own id. */
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
  /** How many are registered for a session; 0 for other bookings. */
  readonly registered: number;
  readonly changedAt: Date;
}

/** What calendars show under an id, a booking's or a session's, in one version of it. */
export interface Shown {
  readonly id: string;
  readonly version: bigint;
  readonly calendarIds: readonly string[];
  /** Null for nothing. */
  readonly event: CalendarEvent | null;
}

const pastMs = 90 * 86_400_000;

/** The instant from which on a feed shows what has not ended. */
export function feedFrom(now: Date): Date {
  return new Date(now.getTime() - pastMs);
}

/** Most events of one feed; where there are more, the latest stay. */
export const maxFeedEvents = 5_000;
