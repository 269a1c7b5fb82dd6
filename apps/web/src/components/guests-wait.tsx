import type { ReactNode } from "react";
import type { Meeting } from "../api.ts";
import { isOver } from "../status-words.ts";

/** Says that the guests are not invited before the booker has confirmed their address. */
export function GuestsWait({ meeting }: { readonly meeting: Meeting }): ReactNode {
  return (
    meeting.bookerUnconfirmed &&
    meeting.attendeeCount > 0 &&
    !isOver(meeting.status) && (
      <p className="message">
        Your guests are invited once you have opened the link in your mail and confirmed your address.
      </p>
    )
  );
}
