import { inOrder, spelled, type Words } from "./words.ts";

const names = ["ersten", "zweiten", "dritten", "vierten", "fünften"];
const numeral = (n: number) => `${n}.`;
const ordinal = (n: number): string => {
  if (n > 0) {
    return spelled(n, names, numeral);
  }
  const fromEnd = ["letzten", "vorletzten", "drittletzten", "viertletzten", "fünftletzten"];
  return spelled(-n, fromEnd, (m) => `${m}.-letzten`);
};

export const de: Words = {
  every: {
    YEARLY: { one: "jedes Jahr", other: "alle {n} Jahre" },
    MONTHLY: { one: "jeden Monat", other: "alle {n} Monate" },
    WEEKLY: { one: "jede Woche", other: "alle {n} Wochen" },
    DAILY: { one: "jeden Tag", other: "alle {n} Tage" },
    HOURLY: { one: "jede Stunde", other: "alle {n} Stunden" },
    MINUTELY: { one: "jede Minute", other: "alle {n} Minuten" },
    SECONDLY: { one: "jede Sekunde", other: "alle {n} Sekunden" },
  },
  workdays: "an Werktagen (Montag bis Freitag)",
  weekend: "am Wochenende",
  workday: { text: "Werktag (Montag bis Freitag)" },
  weekendDay: { text: "Tag am Wochenende" },
  anyDay: { text: "Tag" },
  onWeekdays: (list) => `am ${list}`,
  onEachWeekday: (days, list) => `an jedem ${list(days)}`,
  ifWeekday: (days, either) => `, falls ${either(days)}`,
  onWeekdayThe: (name, day) => `am ${name}, dem ${day}.`,
  onWeekdayBetween: (name, first, last) => `am ${name} vom ${first}. bis ${last}.`,
  onEveryDay: "an jedem Tag",
  nth: (n, { text }) => `${ordinal(n)} ${text}`,
  onNth: (list, period) =>
    `am ${list}${{ month: " des Monats", year: " des Jahres", week: " der Woche", none: "" }[period]}`,
  monthDay: (n) => (n > 0 ? numeral(n) : `${ordinal(n)} Tag`),
  monthDays: (first, last) => `${first}. bis ${last}.`,
  onMonthDays: (list, period) =>
    `am ${list}${period === "none" ? "" : " des Monats"}`.replace(/^am (\d+\. bis)/, "vom $1"),
  yearDay: (n) => (n > 0 ? `${n}. Tag` : `${ordinal(n)} Tag`),
  inWeeks: (list, count) => `${count === 1 ? "in Kalenderwoche" : "in den Kalenderwochen"} ${list}`,
  weekFromEnd: (n) => `${ordinal(n)} Woche`,
  inWeeksFromEnd: (list) => `in der ${list} des Jahres`,
  inMonths: (list) => `im ${list}`,
  ofMonths: (list) => `im ${list}`,
  ofDate: (month) => month,
  ofStartMonth: "im Monat des Beginns",
  numberedMonth: (n, isLeap) => `${isLeap ? "Schaltmonat" : "Monat"} ${n}`,
  weeksBegin: (weekday) => `Wochen ab ${weekday}`,
  onlyPositions: (list) => `davon nur ${list}`,
  position: (n) => `den ${ordinal(n)}`,
  atTimes: (list) => `um ${list} Uhr`,
  atHours: (hours, _said, list) => `um ${list(hours.map(String))} Uhr`,
  inHours: (list, count) => `${count === 1 ? "in der Stunde" : "in den Stunden"} ${list}`,
  inMinutes: (list, count) => `${count === 1 ? "zur Minute" : "zu den Minuten"} ${list}`,
  inSeconds: (list, count) => `${count === 1 ? "zur Sekunde" : "zu den Sekunden"} ${list}`,
  until: (date) => `bis zum ${date}`,
  times: { one: "einmal", other: "{n}-mal" },
  skip: { BACKWARD: "ersatzweise am letzten Tag davor", FORWARD: "ersatzweise am ersten Tag danach" },
  skipWithMonths: {
    BACKWARD: "ersatzweise im Monat oder am Tag davor",
    FORWARD: "ersatzweise im Monat oder am Tag danach",
  },
  assemble: inOrder,
};
