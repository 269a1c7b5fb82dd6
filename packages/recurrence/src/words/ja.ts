import type { Words } from "./words.ts";

const fromEnd = (n: number) => (n === -1 ? "最後の" : `最後から${-n}番目の`);
const ordinal = (n: number) => (n > 0 ? `第${n}` : fromEnd(n));

export const ja: Words = {
  every: {
    YEARLY: { one: "毎年", other: "{n}年ごと" },
    MONTHLY: { one: "毎月", other: "{n}か月ごと" },
    WEEKLY: { one: "毎週", other: "{n}週間ごと" },
    DAILY: { one: "毎日", other: "{n}日ごと" },
    HOURLY: { one: "毎時", other: "{n}時間ごと" },
    MINUTELY: { one: "毎分", other: "{n}分ごと" },
    SECONDLY: { one: "毎秒", other: "{n}秒ごと" },
  },
  workdays: "平日",
  weekend: "週末",
  workday: { text: "平日" },
  weekendDay: { text: "週末の日" },
  anyDay: { text: "日" },
  onWeekdays: (list) => list,
  onEachWeekday: (days, list) => `すべての${list(days)}`,
  ifWeekday: (days, either) => `${either(days)}の場合`,
  onWeekdayThe: (name, day) => `${day}日の${name}`,
  onWeekdayBetween: (name, first, last) => `${first}日から${last}日の${name}`,
  onEveryDay: "すべての日",
  nth: (n, { text }) => `${ordinal(n)}${text}`,
  onNth: (list, period) => (period === "year" ? `その年の${list}` : list),
  monthDay: (n) => (n > 0 ? `${n}日` : `${fromEnd(n)}日`),
  monthDays: (first, last) => `${first}日から${last}日`,
  onMonthDays: (list) => list,
  yearDay: (n) => (n > 0 ? `${n}日目` : `${fromEnd(n)}日`),
  inWeeks: (list) => `第${list}週`,
  weekFromEnd: (n) => `${fromEnd(n)}週`,
  inWeeksFromEnd: (list) => list,
  inMonths: (list) => list,
  ofMonths: (list) => list,
  ofStartMonth: "開始月",
  numberedMonth: (n, isLeap) => `${isLeap ? "閏" : ""}${n}月`,
  weeksBegin: (weekday) => `週は${weekday}始まり`,
  onlyPositions: (list) => `そのうち${list}のみ`,
  position: (n) => (n > 0 ? `${n}番目` : n === -1 ? "最後" : `最後から${-n}番目`),
  atTimes: (list) => list,
  atHours: (hours, _said, list) => list(hours.map((hour) => `${hour}時`)),
  inHours: (list) => `${list}時台`,
  inMinutes: (list) => `${list}分`,
  inSeconds: (list) => `${list}秒`,
  until: (date) => `${date}まで`,
  times: { other: "{n}回" },
  skip: { BACKWARD: "ない場合は直前の日", FORWARD: "ない場合は翌日" },
  skipWithMonths: { BACKWARD: "ない場合は前の月または日", FORWARD: "ない場合は次の月または日" },
  assemble: ({ every, days, weeks, months, times, positions, until, count, skip, weekStart, isDate }) => {
    const dates = isDate ? [weeks, `${months}${days}`] : [months, weeks, days];
    const what = [...dates, times].filter((phrase) => phrase !== "").join("の");
    const sentence = [every, what].filter((phrase) => phrase !== "").join(every.endsWith("ごと") ? "の" : "");
    return [until, sentence, positions, weekStart, skip, count].filter((phrase) => phrase !== "").join("、");
  },
};
