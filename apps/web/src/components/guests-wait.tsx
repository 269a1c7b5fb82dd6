import type { ReactNode } from "react";
import type { Meeting } from "../api.ts";

/** Says that the others who come have no mail yet, and what they wait for. */
export function GuestsWait({ meeting }: { readonly meeting: Meeting }): ReactNode {
  return (
    meeting.bookerUnconfirmed &&
    meeting.attendeeCount > 0 && (
      <p className="message">
        Your guests are invited once you have opened the link in your mail and confirmed your address.
      </p>
    )
  );
}
