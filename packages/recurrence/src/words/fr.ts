import { inOrder, spelled, type Words } from "./words.ts";

const names = ["premier", "deuxième", "troisième", "quatrième", "cinquième"];
const numeral = (n: number) => (n === 1 ? "1er" : `${n}e`);
const ordinal = (n: number): string => {
  if (n > 0) {
    return spelled(n, names, numeral);
  }
  return spelled(-n, ["dernier", "avant-dernier"], (m) => `${numeral(m)} à partir de la fin`);
};
/** What is counted from the end beyond the last but one stands behind its noun. */
const counted = (n: number, text: string) =>
  n < -2 ? `le ${numeral(-n)} ${text} à partir de la fin` : `le ${ordinal(n)} ${text}`.replace(/^le a/, "l’a");

export const fr: Words = {
  every: {
    YEARLY: { one: "chaque année", other: "tous les {n} ans" },
    MONTHLY: { one: "chaque mois", other: "tous les {n} mois" },
    WEEKLY: { one: "chaque semaine", other: "toutes les {n} semaines" },
    DAILY: { one: "chaque jour", other: "tous les {n} jours" },
    HOURLY: { one: "chaque heure", other: "toutes les {n} heures" },
    MINUTELY: { one: "chaque minute", other: "toutes les {n} minutes" },
    SECONDLY: { one: "chaque seconde", other: "toutes les {n} secondes" },
  },
  workdays: "en semaine (du lundi au vendredi)",
  weekend: "le week-end",
  workday: { text: "jour ouvré (du lundi au vendredi)" },
  weekendDay: { text: "jour de week-end" },
  anyDay: { text: "jour" },
  onWeekdays: (list) => `le ${list.replaceAll(/(, | et )/g, "$1le ")}`,
  onEachWeekday: (days, list) => list(days.map((name) => `tous les ${name}s`)),
  ifWeekday: (days, either) => `si c’est un ${either(days)}`,
  onWeekdayThe: (name, day) => `le ${name} ${day === 1 ? "1er" : day}`,
  onWeekdayBetween: (name, first, last) => `le ${name} du ${first === 1 ? "1er" : first} au ${last}`,
  onEveryDay: "tous les jours",
  nth: (n, { text }) => counted(n, text),
  onNth: (list, period) =>
    `${list}${{ month: " du mois", year: " de l’année", week: " de la semaine", none: "" }[period]}`,
  monthDay: (n) => (n > 0 ? `le ${n === 1 ? "1er" : n}` : counted(n, "jour")),
  monthDays: (first, last) => `du ${first === 1 ? "1er" : first} au ${last}`,
  onMonthDays: (list, period) => `${list}${period === "none" ? "" : " du mois"}`,
  yearDay: (n) => (n > 0 ? `le ${numeral(n)} jour` : counted(n, "jour")),
  inWeeks: (list, count) => `${count === 1 ? "en semaine" : "en semaines"} ${list}`,
  weekFromEnd: (n) =>
    ["la dernière semaine", "l’avant-dernière semaine"][-n - 1] ?? `la ${numeral(-n)} semaine à partir de la fin`,
  inWeeksFromEnd: (list) => `${list} de l’année`,
  inMonths: (list) => `en ${list}`.replace(/^en mois/, "au mois"),
  ofMonths: (list) => `de ${list}`.replace(/^de ([ao])/, "d’$1").replace(/^de mois/, "du mois"),
  ofDate: (month) => month,
  ofStartMonth: "du mois de début",
  numberedMonth: (n, isLeap) => `${isLeap ? "mois intercalaire" : "mois"} ${n}`,
  weeksBegin: (weekday) => `semaines à partir du ${weekday}`,
  onlyPositions: (list) => `dont seulement ${list}`,
  position: (n) => `le ${ordinal(n)}`.replace(/^le a/, "l’a"),
  atTimes: (list) => `à ${list}`,
  atHours: (hours, _said, list) => `à ${list(hours.map((hour) => `${hour} h`))}`,
  inHours: (list, count) => `${count === 1 ? "pendant l’heure" : "pendant les heures"} ${list}`,
  inMinutes: (list, count) => `${count === 1 ? "à la minute" : "aux minutes"} ${list}`,
  inSeconds: (list, count) => `${count === 1 ? "à la seconde" : "aux secondes"} ${list}`,
  until: (date) => `jusqu’au ${date}`,
  times: { one: "une fois", other: "{n} fois" },
  skip: { BACKWARD: "à défaut le dernier jour avant", FORWARD: "à défaut le premier jour après" },
  skipWithMonths: { BACKWARD: "à défaut le mois ou le jour d’avant", FORWARD: "à défaut le mois ou le jour d’après" },
  assemble: inOrder,
};
