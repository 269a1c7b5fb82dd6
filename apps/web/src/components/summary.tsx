import type { ReactNode } from "react";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { LocationMode } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import type { GetBookingPageResponse } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { Span } from "../days.ts";
import { lengthInWords } from "../formats.ts";
import { formats } from "../visitor.ts";
import { Fact } from "./fact.tsx";
import { ZoneChooser } from "./zone-chooser.tsx";

interface SummaryProps {
  readonly page: GetBookingPageResponse;
  readonly seconds: number;
  readonly zone: string;
  /** The slot chosen; undefined while one is being chosen. */
  readonly slot: Span | undefined;
  readonly onSeconds: (seconds: number) => void;
  readonly onZone: (zone: string) => void;
  readonly onChangeTime: () => void;
}

/** What is booked, with whom and where; and the choices that shape the list of slots. */
export function Summary(props: SummaryProps): ReactNode {
  const { page, seconds, zone, slot, onZone, onChangeTime } = props;
  const lengths = lengthsOf(page);
  return (
    <div className="summary">
      {page.hostNames.length > 0 && <p className="hosts">{page.hostNames.join(", ")}</p>}
      <h1>{page.name}</h1>
      <ul className="facts">
        {(lengths.length === 1 || slot !== undefined) && <Fact icon="clock">{lengthInWords(seconds)}</Fact>}
        <Fact icon="place">{PLACES.get(page.locationMode) ?? "Place as in the invitation"}</Fact>
        {page.requiresConfirmation && <Fact icon="check">Needs the host’s confirmation</Fact>}
      </ul>
      {page.description !== "" && <p className="description">{page.description}</p>}
      {slot === undefined ? (
        <>
          {lengths.length > 1 && <LengthChooser lengths={lengths} {...props} />}
          <ZoneChooser zone={zone} hostZone={page.timeZone} onChange={onZone} />
        </>
      ) : (
        <div className="chosen">
          <p className="chosen-day">{formats.date(slot.startMs, zone)}</p>
          <p>{formats.hours(slot, zone)}</p>
          <p className="hint">
            {zone.replaceAll("_", " ")}, {formats.offset(slot.startMs, zone)}
          </p>
          <button type="button" className="button" onClick={onChangeTime}>
            Change time
          </button>
        </div>
      )}
    </div>
  );
}

/** Returns the lengths of meeting that a page offers, in seconds; the first is the default. */
export function lengthsOf(page: GetBookingPageResponse): number[] {
  return page.durations.map((duration) => durationMs(duration) / 1000);
}

interface LengthChooserProps extends Pick<SummaryProps, "seconds" | "onSeconds"> {
  readonly lengths: readonly number[];
}

function LengthChooser({ lengths, seconds, onSeconds }: LengthChooserProps): ReactNode {
  return (
    <fieldset className="lengths">
      <legend>Duration</legend>
      {lengths.map((length) => (
        <label key={length} className="chip">
          <input type="radio" name="length" checked={length === seconds} onChange={() => onSeconds(length)} />
          <span>{lengthInWords(length)}</span>
        </label>
      ))}
    </fieldset>
  );
}

const PLACES = new Map<LocationMode, string>([
  [LocationMode.VIDEO, "Video call"],
  [LocationMode.PHONE, "Phone call"],
  [LocationMode.IN_PERSON, "In person"],
]);
