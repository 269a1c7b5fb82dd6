import { inOrder, spelled, type Noun, type Words } from "./words.ts";

/** Names in the masculine; the feminine ends in "a". */
const names = ["primeiro", "segundo", "terceiro", "quarto", "quinto"];
const feminine = (word: string) => word.replace(/o$/, "a").replace("º", "ª");
const ordinal = (n: number, isFeminine: boolean): string => {
  const word =
    n > 0
      ? spelled(n, names, (m) => `${m}.º`)
      : spelled(-n, ["último", "penúltimo", "antepenúltimo"], (m) => `${m}.º a contar do fim`);
  return isFeminine ? feminine(word) : word;
};
const counted = (n: number, { text, feminine: isFeminine = false }: Noun) => {
  const article = isFeminine ? "na" : "no";
  return n < -3
    ? `${article} ${ordinal(-n, isFeminine)} ${text} a contar do fim`
    : `${article} ${ordinal(n, isFeminine)} ${text}`;
};

const onWeekdays = (list: string) =>
  `à ${list.replaceAll(/(, | e )/g, "$1à ")}`.replaceAll(/à (s[áa]bado|domingo)/g, "ao $1");
const everyWeekday = (name: string) =>
  name.endsWith("feira") ? `em todas as ${name.replace("-feira", "s-feiras")}` : `em todos os ${name}s`;

export const pt: Words = {
  every: {
    YEARLY: { one: "todos os anos", other: "a cada {n} anos" },
    MONTHLY: { one: "todos os meses", other: "a cada {n} meses" },
    WEEKLY: { one: "todas as semanas", other: "a cada {n} semanas" },
    DAILY: { one: "todos os dias", other: "a cada {n} dias" },
    HOURLY: { one: "a cada hora", other: "a cada {n} horas" },
    MINUTELY: { one: "a cada minuto", other: "a cada {n} minutos" },
    SECONDLY: { one: "a cada segundo", other: "a cada {n} segundos" },
  },
  workdays: "de segunda a sexta-feira",
  weekend: "nos fins de semana",
  workday: { text: "dia útil (de segunda a sexta-feira)" },
  weekendDay: { text: "dia de fim de semana" },
  anyDay: { text: "dia" },
  feminineWeekdays: [0, 1, 2, 3, 4],
  onWeekdays,
  onEachWeekday: (days, list) => list(days.map(everyWeekday)),
  ifWeekday: (days, either) => `se for ${either(days)}`,
  onWeekdayThe: (name, day) => `${onWeekdays(name)}, dia ${day}`,
  onWeekdayBetween: (name, first, last) => `${onWeekdays(name)} do dia ${first} ao dia ${last}`,
  onEveryDay: "em todos os dias",
  nth: (n, noun) => counted(n, noun),
  onNth: (list, period) => `${list}${{ month: " do mês", year: " do ano", week: " da semana", none: "" }[period]}`,
  monthDay: (n) => (n > 0 ? `no dia ${n}` : counted(n, { text: "dia" })),
  monthDays: (first, last) => `do dia ${first} ao dia ${last}`,
  onMonthDays: (list, period) => `${list}${period === "none" ? "" : " do mês"}`,
  yearDay: (n) => (n > 0 ? `no dia ${n}` : counted(n, { text: "dia" })),
  inWeeks: (list, count) => `${count === 1 ? "na semana" : "nas semanas"} ${list}`,
  weekFromEnd: (n) => ["na última semana", "na penúltima semana"][-n - 1] ?? `na ${-n}.ª semana a partir do fim`,
  inWeeksFromEnd: (list) => `${list} do ano`,
  inMonths: (list) => `em ${list}`.replace(/^em mês/, "no mês"),
  ofMonths: (list) => `de ${list}`.replace(/^de mês/, "do mês"),
  ofStartMonth: "do mês de início",
  numberedMonth: (n, isLeap) => `${isLeap ? "mês intercalar" : "mês"} ${n}`,
  weeksBegin: (weekday) => `semanas a partir de ${weekday}`,
  onlyPositions: (list) => `apenas ${list} destes`,
  position: (n) => `o ${ordinal(n, false)}`,
  atTimes: (list) => `às ${list}`,
  atHours: (hours, _said, list) => `às ${list(hours.map((hour) => `${hour} h`))}`,
  inHours: (list, count) => `${count === 1 ? "durante a hora" : "durante as horas"} ${list}`,
  inMinutes: (list, count) => `${count === 1 ? "no minuto" : "nos minutos"} ${list}`,
  inSeconds: (list, count) => `${count === 1 ? "no segundo" : "nos segundos"} ${list}`,
  until: (date) => `até ${date}`,
  times: { one: "uma vez", other: "{n} vezes" },
  skip: { BACKWARD: "ou no último dia anterior se não existir", FORWARD: "ou no primeiro dia seguinte se não existir" },
  skipWithMonths: {
    BACKWARD: "ou no mês ou dia anterior se não existir",
    FORWARD: "ou no mês ou dia seguinte se não existir",
  },
  assemble: inOrder,
};
