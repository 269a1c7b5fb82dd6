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
  onWeekdays: (list) => `à ${list}`.replace(/^à (s[áa]bado|domingo)/, "ao $1"),
  onEveryDay: "em todos os dias",
  nth: (n, noun) => counted(n, noun),
  onNth: (list, period) => `${list}${{ month: " do mês", year: " do ano", week: " da semana", none: "" }[period]}`,
  monthDay: (n) => (n > 0 ? `no dia ${n}` : counted(n, { text: "dia" })),
  onMonthDays: (list, period) => `${list}${period === "none" ? "" : " do mês"}`,
  yearDay: (n) => (n > 0 ? `no dia ${n}` : counted(n, { text: "dia" })),
  inWeeks: (list, count) => `${count === 1 ? "na semana" : "nas semanas"} ${list}`,
  weekFromEnd: (n) => ["na última semana", "na penúltima semana"][-n - 1] ?? `na ${-n}.ª semana a partir do fim`,
  inWeeksFromEnd: (list) => `${list} do ano`,
  inMonths: (list) => `em ${list}`,
  ofMonths: (list) => `de ${list}`,
  onlyPositions: (list) => `apenas ${list} destes`,
  position: (n) => `o ${ordinal(n, false)}`,
  atTimes: (list) => `às ${list}`,
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
