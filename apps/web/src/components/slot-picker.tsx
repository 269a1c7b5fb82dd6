import { useEffect, useId, useRef, type ReactNode, type Ref } from "react";
import type { Day, Slot } from "../days.ts";
import { failureInWords } from "../failures.ts";
import { slotNames } from "../formats.ts";
import type { Picker } from "../use-picker.ts";
import { formats } from "../visitor.ts";
import { useAnnounce } from "./announcer.tsx";
import { MonthGrid } from "./month-grid.tsx";
import { SlotBones } from "./skeleton.tsx";

/** The note on a session that is full and has a waitlist. */
const waitlistWords = "Full · join the waitlist";

interface SlotPickerProps {
  readonly picker: Picker;
  readonly onPick: (slot: Slot) => void;
}

/** Chooses a day in the month view, then one of its slots. */
export function SlotPicker({ picker, onPick }: SlotPickerProps): ReactNode {
  useMonthAnnouncement(picker);
  const announce = useAnnounce();
  const panel = useRef<HTMLElement>(null);
  const choose = (day: Day): void => {
    picker.chooseDay(day);
    const count = picker.slotsByDay?.get(day)?.length ?? 0;
    announce(`${formats.day(day)}: ${count === 1 ? "1 time" : `${count} times`}.`);
    // On a narrow screen the slots lie below the month.
    requestAnimationFrame(() => panel.current?.scrollIntoView({ block: "nearest" }));
  };
  return (
    <div className="picker">
      <MonthView picker={picker} onChoose={choose} />
      {picker.failure === undefined ? (
        <SlotPanel picker={picker} panel={panel} onPick={onPick} />
      ) : (
        <div className="slots" role="alert">
          <p>{failureInWords(picker.failure)}</p>
          <button type="button" className="button primary" onClick={picker.reload}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}

interface MonthViewProps {
  readonly picker: Picker;
  readonly onChoose: (day: Day) => void;
}

function MonthView({ picker, onChoose }: MonthViewProps): ReactNode {
  const headingId = useId();
  const { month, slotsByDay, previousMonth, nextMonth, showMonth } = picker;
  const available = slotsByDay && new Set(slotsByDay.keys());
  return (
    <section className="month" aria-labelledby={headingId}>
      <div className="month-bar">
        <h2 id={headingId}>{formats.month(month)}</h2>
        <MonthButton name="Previous month" arrow="M12.5 4 6.5 10l6 6" to={previousMonth} onShow={showMonth} />
        <MonthButton name="Next month" arrow="m7.5 4 6 6-6 6" to={nextMonth} onShow={showMonth} />
      </div>
      <MonthGrid
        month={month}
        today={picker.today}
        selected={picker.day}
        available={available}
        previousMonth={previousMonth}
        nextMonth={nextMonth}
        labelledBy={headingId}
        onChoose={onChoose}
        onShowMonth={showMonth}
      />
    </section>
  );
}

interface MonthButtonProps {
  readonly name: string;
  readonly arrow: string;
  readonly to: string | undefined;
  readonly onShow: (month: string) => void;
}

/** Stays focusable where it leads nowhere, so that the focus is not lost at the last month. */
function MonthButton({ name, arrow, to, onShow }: MonthButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      aria-disabled={to === undefined}
      onClick={() => to !== undefined && onShow(to)}
    >
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
        <path d={arrow} />
      </svg>
    </button>
  );
}

interface SlotPanelProps extends SlotPickerProps {
  readonly panel: Ref<HTMLElement>;
}

function SlotPanel({ picker, panel, onPick }: SlotPanelProps): ReactNode {
  const headingId = useId();
  const { day, slotsByDay, zone } = picker;
  if (slotsByDay === undefined) {
    return (
      <div className="slots" aria-busy="true">
        <h3>Loading times…</h3>
        <SlotBones />
      </div>
    );
  }
  if (day === undefined) {
    return <EmptyMonth picker={picker} />;
  }
  const slots = slotsByDay.get(day) ?? [];
  const names = slotNames(slots, zone, formats);
  return (
    <section className="slots" aria-labelledby={headingId} ref={panel}>
      <h3 id={headingId}>{formats.day(day)}</h3>
      {slots.length === 0 && <p>No times are left on this day. Please choose another one.</p>}
      <ul className="slot-list">
        {slots.map((slot, index) => (
          <li key={slot.startMs}>
            <button type="button" className="slot" onClick={() => onPick(slot)}>
              {names[index]}
              {slot.waitlist && <span className="slot-note">{waitlistWords}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function EmptyMonth({ picker }: { readonly picker: Picker }): ReactNode {
  const { month, nextMonth, showMonth } = picker;
  return (
    <div className="slots">
      <h3>No free times</h3>
      <p>
        There are none in {formats.month(month)}.{nextMonth === undefined && " Please look again another day."}
      </p>
      {nextMonth !== undefined && (
        <button type="button" className="button" onClick={() => showMonth(nextMonth)}>
          See {formats.month(nextMonth)}
        </button>
      )}
    </div>
  );
}

/** Says, once a month is loaded, what can be chosen in it. */
function useMonthAnnouncement({ month, slotsByDay }: Picker): void {
  const announce = useAnnounce();
  const count = slotsByDay?.size;
  useEffect(() => {
    if (count !== undefined) {
      announce(`${formats.month(month)}: ${count === 1 ? "1 day has" : `${count} days have`} free times.`);
    }
  }, [announce, month, count]);
}
