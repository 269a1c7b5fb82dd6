import { memo, useId, type ReactNode } from "react";
import { formats } from "../visitor.ts";
import { visitorZone, zoneGroups } from "../zones.ts";

interface ZoneChooserProps {
  readonly zone: string;
  /** A zone to offer in any case: that of the hosts. */
  readonly hostZone?: string;
  readonly onChange: (zone: string) => void;
}

/** Chooses the zone in which times are shown. Options begin with the city, so that typing finds it. */
export const ZoneChooser = memo(function ZoneChooser({ zone, hostZone, onChange }: ZoneChooserProps): ReactNode {
  const id = useId();
  const given = [visitorZone(), zone, ...(hostZone === undefined || hostZone === "" ? [] : [hostZone])];
  const groups = zoneGroups(Intl.supportedValuesOf("timeZone"), given);
  const now = Date.now();
  return (
    <div className="zone">
      <label htmlFor={id}>Time zone</label>
      <select id={id} value={zone} aria-describedby={`${id}-now`} onChange={(event) => onChange(event.target.value)}>
        {groups.map(({ region, zones }) => (
          <optgroup key={region} label={region}>
            {zones.map((option) => (
              <option key={option.id} value={option.id}>
                {option.city}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <p id={`${id}-now`} className="hint">
        {formats.offset(now, zone)}, now {formats.time(now, zone)}
      </p>
    </div>
  );
});
