import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { addDays, addMonths, monthOf, weekdayOf, weeksOf, type Day, type Month } from "../days.ts";
import { formats } from "../visitor.ts";

interface MonthGridProps {
  readonly month: Month;
  readonly today: Day;
  readonly selected: Day | undefined;
  /** Days that can be chosen; undefined while they are loaded. */
  readonly available: ReadonlySet<Day> | undefined;
  readonly previousMonth: Month | undefined;
  readonly nextMonth: Month | undefined;
  readonly labelledBy: string;
  readonly onChoose: (day: Day) => void;
  readonly onShowMonth: (month: Month) => void;
}

/**
 * The days of a month as a grid: one tab stop, the arrow keys move by day and week, Home and End to the week's ends,
 * Page Up and Page Down by month. Days without a free time can be walked over but not chosen.
 */
export function MonthGrid(props: MonthGridProps): ReactNode {
  const { month, available, labelledBy } = props;
  const grid = useRef<HTMLTableElement>(null);
  const { tabStop, onKeyDown } = useRovingDay(props, grid);
  return (
    <table
      ref={grid}
      role="grid"
      className="days"
      aria-labelledby={labelledBy}
      aria-busy={available === undefined}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr>
          {formats.weekdays.map((weekday) => (
            <th key={weekday.long} scope="col" abbr={weekday.long}>
              {weekday.short}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(month, formats.firstWeekday).map((week) => (
          <tr key={week.find((day) => day !== undefined)}>
            {week.map((day, column) =>
              day === undefined ? (
                <td key={column} />
              ) : (
                <DayCell key={column} {...props} day={day} isTabStop={day === tabStop} />
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayCellProps extends Pick<MonthGridProps, "today" | "selected" | "available" | "onChoose"> {
  readonly day: Day;
  readonly isTabStop: boolean;
}

function DayCell({ day, today, selected, available, isTabStop, onChoose }: DayCellProps): ReactNode {
  const isFree = available?.has(day) ?? false;
  return (
    <td aria-selected={day === selected}>
      <button
        type="button"
        className="day"
        data-day={day}
        aria-label={formats.day(day)}
        aria-current={day === today ? "date" : undefined}
        aria-disabled={!isFree}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => isFree && onChoose(day)}
      >
        {Number(day.slice(8))}
      </button>
    </td>
  );
}

interface Roving {
  readonly tabStop: Day;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Keeps which day is the grid's tab stop, and moves the focus with the keys, also into the months beside. */
function useRovingDay(props: MonthGridProps, grid: { readonly current: HTMLElement | null }): Roving {
  const { month, selected, available, previousMonth, nextMonth, onShowMonth } = props;
  const [cursor, setCursor] = useState<Day>();
  const isMoving = useRef(false);
  const candidates = [cursor, selected, available?.values().next().value];
  const tabStop = candidates.find((day) => day !== undefined && monthOf(day) === month) ?? `${month}-01`;
  useEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    grid.current?.querySelector<HTMLElement>(`[data-day="${tabStop}"]`)?.focus();
  }, [tabStop, grid]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = event.target instanceof HTMLElement ? (event.target.dataset["day"] ?? tabStop) : tabStop;
    const target = dayForKey(event.key, from);
    if (target === undefined) return;
    event.preventDefault();
    const targetMonth = monthOf(target);
    if (![month, previousMonth, nextMonth].includes(targetMonth)) return;
    isMoving.current = target !== tabStop;
    setCursor(target);
    if (targetMonth !== month) onShowMonth(targetMonth);
  };
  return { tabStop, onKeyDown };
}

function dayForKey(key: string, from: Day): Day | undefined {
  const column = (weekdayOf(from) - formats.firstWeekday + 7) % 7;
  switch (key) {
    case "ArrowLeft":
      return addDays(from, -1);
    case "ArrowRight":
      return addDays(from, 1);
    case "ArrowUp":
      return addDays(from, -7);
    case "ArrowDown":
      return addDays(from, 7);
    case "Home":
      return addDays(from, -column);
    case "End":
      return addDays(from, 6 - column);
    case "PageUp":
      return sameDayOf(addMonths(monthOf(from), -1), from);
    case "PageDown":
      return sameDayOf(addMonths(monthOf(from), 1), from);
    default:
      return undefined;
  }
}

/** The 31st becomes the last day where a month has no 31st. */
function sameDayOf(month: Month, day: Day): Day {
  const last = addDays(`${addMonths(month, 1)}-01`, -1);
  const same = `${month}${day.slice(7)}`;
  return same > last ? last : same;
}
