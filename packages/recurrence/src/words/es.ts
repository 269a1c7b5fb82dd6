import { inOrder, spelled, type Words } from "./words.ts";

const names = ["primer", "segundo", "tercer", "cuarto", "quinto"];
const ordinal = (n: number): string => {
  if (n > 0) {
    return spelled(n, names, (m) => `${m}.º`);
  }
  return spelled(-n, ["último", "penúltimo", "antepenúltimo"], (m) => `${m}.º desde el final`);
};
const counted = (n: number, text: string) =>
  n < -3 ? `el ${-n}.º ${text} desde el final` : `el ${ordinal(n)} ${text}`;

export const es: Words = {
  every: {
    YEARLY: { one: "cada año", other: "cada {n} años" },
    MONTHLY: { one: "cada mes", other: "cada {n} meses" },
    WEEKLY: { one: "cada semana", other: "cada {n} semanas" },
    DAILY: { one: "cada día", other: "cada {n} días" },
    HOURLY: { one: "cada hora", other: "cada {n} horas" },
    MINUTELY: { one: "cada minuto", other: "cada {n} minutos" },
    SECONDLY: { one: "cada segundo", other: "cada {n} segundos" },
  },
  workdays: "de lunes a viernes",
  weekend: "los fines de semana",
  workday: { text: "día laborable (de lunes a viernes)" },
  weekendDay: { text: "día de fin de semana" },
  anyDay: { text: "día" },
  onWeekdays: (list) => (/ y |, /.test(list) ? `los ${list.replaceAll(/o\b/g, "os")}` : `el ${list}`),
  onEachWeekday: (days, list) => list(days.map((name) => `todos los ${name.replace(/o$/, "os")}`)),
  ifWeekday: (days, either) => `si es ${either(days)}`,
  onWeekdayThe: (name, day) => `el ${name} ${day}`,
  onWeekdayBetween: (name, first, last) => `el ${name} del ${first} al ${last}`,
  onEveryDay: "todos los días",
  nth: (n, { text }) => counted(n, text),
  onNth: (list, period) => `${list}${{ month: " del mes", year: " del año", week: " de la semana", none: "" }[period]}`,
  monthDay: (n) => (n > 0 ? `el día ${n}` : counted(n, "día")),
  monthDays: (first, last) => `del día ${first} al ${last}`,
  onMonthDays: (list, period) => `${list}${period === "none" ? "" : " del mes"}`,
  yearDay: (n) => (n > 0 ? `el día ${n}` : counted(n, "día")),
  inWeeks: (list, count) => `${count === 1 ? "en la semana" : "en las semanas"} ${list}`,
  weekFromEnd: (n) => ["la última semana", "la penúltima semana"][-n - 1] ?? `la ${-n}.ª semana desde el final`,
  inWeeksFromEnd: (list) => `en ${list} del año`,
  inMonths: (list) => `en ${list}`.replace(/^en mes /, "en el mes "),
  ofMonths: (list) => `de ${list}`.replace(/^de mes /, "del mes "),
  ofStartMonth: "del mes de inicio",
  numberedMonth: (n, isLeap) => `${isLeap ? "mes intercalar" : "mes"} ${n}`,
  weeksBegin: (weekday) => `semanas desde el ${weekday}`,
  onlyPositions: (list) => `solo ${list} de ellos`,
  position: (n) => `el ${n === 1 ? "primero" : n === 3 ? "tercero" : ordinal(n)}`,
  atTimes: (list) => `a las ${list}`,
  atHours: (hours, _said, list) => `a las ${list(hours.map((hour) => `${hour} h`))}`,
  inHours: (list, count) => `${count === 1 ? "durante la hora" : "durante las horas"} ${list}`,
  inMinutes: (list, count) => `${count === 1 ? "en el minuto" : "en los minutos"} ${list}`,
  inSeconds: (list, count) => `${count === 1 ? "en el segundo" : "en los segundos"} ${list}`,
  until: (date) => `hasta el ${date}`,
  times: { one: "una vez", other: "{n} veces" },
  skip: { BACKWARD: "o el último día anterior si no existe", FORWARD: "o el primer día siguiente si no existe" },
  skipWithMonths: {
    BACKWARD: "o el mes o día anterior si no existe",
    FORWARD: "o el mes o día siguiente si no existe",
  },
  assemble: inOrder,
};
