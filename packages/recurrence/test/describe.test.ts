import { expect, test } from "vitest";
import { describe } from "../src/index.ts";

const everyOther = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20270303T235959Z";
const lastWorkday = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=10";
const thanksgiving = "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH";

const allDays = "BYDAY=SU,MO,TU,WE,TH,FR,SA";
const adar = "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD";
const lastLeap = "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=6L,12L";

const electionDay = "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8";
const friday13th = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13";
const newYear = "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1";

const said: readonly (readonly [locale: string, rule: string, words: string])[] = [
  ["en", everyOther, "every 2 weeks on Monday and Wednesday until March 3, 2027"],
  ["en", lastWorkday, "every month on the last weekday of the month, 10 times"],
  ["en", thanksgiving, "every year on the fourth Thursday of November"],
  ["en", "FREQ=MONTHLY;BYDAY=1MO,-2FR", "every month on the first Monday and the second-to-last Friday of the month"],
  ["en", "FREQ=MONTHLY;BYMONTHDAY=1,22,-1", "every month on the 1st, the 22nd, and the last day of the month"],
  ["en", "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30;COUNT=1", "every day at 9:30 AM and 5:30 PM, once"],
  ["en", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "on weekdays"],
  ["en", "FREQ=YEARLY;BYYEARDAY=100", "every year on the 100th day of the year"],
  ["en", "FREQ=HOURLY;INTERVAL=3", "every 3 hours"],
  ["en-GB", everyOther, "every 2 weeks on Monday and Wednesday until 3 March 2027"],
  ["de", everyOther, "alle 2 Wochen am Montag und Mittwoch bis zum 3. März 2027"],
  ["de", lastWorkday, "jeden Monat am letzten Werktag (Montag bis Freitag) des Monats, 10-mal"],
  ["de", thanksgiving, "jedes Jahr am vierten Donnerstag im November"],
  ["fr", everyOther, "toutes les 2 semaines le lundi et le mercredi jusqu’au 3 mars 2027"],
  ["fr", lastWorkday, "chaque mois le dernier jour ouvré (du lundi au vendredi) du mois, 10 fois"],
  ["fr", thanksgiving, "chaque année le quatrième jeudi de novembre"],
  ["es", everyOther, "cada 2 semanas los lunes y miércoles hasta el 3 de marzo de 2027"],
  ["es", thanksgiving, "cada año el cuarto jueves de noviembre"],
  ["pt", everyOther, "a cada 2 semanas à segunda-feira e à quarta-feira até 3 de março de 2027"],
  ["pt-BR", thanksgiving, "todos os anos na quarta quinta-feira de novembro"],
  ["ja", everyOther, "2027年3月3日まで、2週間ごとの月曜日、水曜日"],
  ["ja", lastWorkday, "毎月最後の平日、10回"],
  ["ja", thanksgiving, "毎年11月の第4木曜日"],
  // All seven days are said where they are what the rule has, and are every day where it repeats every week.
  ["en", `FREQ=YEARLY;BYMONTH=1;${allDays}`, "every year on every day in January"],
  ["de", `FREQ=YEARLY;BYMONTH=1;${allDays}`, "jedes Jahr an jedem Tag im Januar"],
  ["fr", `FREQ=YEARLY;BYMONTH=1;${allDays}`, "chaque année tous les jours en janvier"],
  ["es", `FREQ=YEARLY;BYMONTH=1;${allDays}`, "cada año todos los días en enero"],
  ["pt", `FREQ=YEARLY;BYMONTH=1;${allDays}`, "todos os anos em todos os dias em janeiro"],
  ["ja", `FREQ=YEARLY;BYMONTH=1;${allDays}`, "毎年1月のすべての日"],
  ["en", `FREQ=WEEKLY;INTERVAL=2;${allDays}`, "every 2 weeks on every day"],
  ["de", `FREQ=WEEKLY;INTERVAL=2;${allDays}`, "alle 2 Wochen an jedem Tag"],
  ["fr", `FREQ=WEEKLY;INTERVAL=2;${allDays}`, "toutes les 2 semaines tous les jours"],
  ["es", `FREQ=WEEKLY;INTERVAL=2;${allDays}`, "cada 2 semanas todos los días"],
  ["pt", `FREQ=WEEKLY;INTERVAL=2;${allDays}`, "a cada 2 semanas em todos os dias"],
  ["ja", `FREQ=WEEKLY;INTERVAL=2;${allDays}`, "2週間ごとのすべての日"],
  ["en", `FREQ=MONTHLY;${allDays}`, "every month on every day"],
  ["en", `FREQ=YEARLY;BYWEEKNO=20;${allDays}`, "every year on every day in week 20"],
  ["en", `FREQ=WEEKLY;${allDays}`, "every day"],
  ["de", `FREQ=WEEKLY;${allDays}`, "jeden Tag"],
  ["fr", `FREQ=WEEKLY;${allDays}`, "chaque jour"],
  ["es", `FREQ=WEEKLY;${allDays}`, "cada día"],
  ["pt", `FREQ=WEEKLY;${allDays}`, "todos os dias"],
  ["ja", `FREQ=WEEKLY;${allDays}`, "毎日"],
  ["en", `FREQ=DAILY;INTERVAL=3;${allDays}`, "every 3 days"],
  ["en", `FREQ=MONTHLY;BYMONTHDAY=13;${allDays}`, "every month on the 13th of the month"],
  ["en", `FREQ=MONTHLY;${allDays};BYSETPOS=-1`, "every month on the last day of the month"],
  // Minutes are said where BYMINUTE names them: else they are those of DTSTART.
  ["en", "FREQ=DAILY;BYHOUR=9", "every day at 9 AM"],
  ["de", "FREQ=DAILY;BYHOUR=9", "jeden Tag um 9 Uhr"],
  ["fr", "FREQ=DAILY;BYHOUR=9", "chaque jour à 9 h"],
  ["es", "FREQ=DAILY;BYHOUR=9", "cada día a las 9 h"],
  ["pt", "FREQ=DAILY;BYHOUR=9", "todos os dias às 9 h"],
  ["ja", "FREQ=DAILY;BYHOUR=9", "毎日9時"],
  ["en", "FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=30", "every hour during hours 9 and 10 at minute 30"],
  ["en", "FREQ=MINUTELY;BYMINUTE=0,30;BYSECOND=5", "every minute at minutes 0 and 30 at second 5"],
  ["de", "FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=30", "jede Stunde in den Stunden 9 und 10 zur Minute 30"],
  ["fr", "FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=30", "chaque heure pendant les heures 9 et 10 à la minute 30"],
  ["es", "FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=30", "cada hora durante las horas 9 y 10 en el minuto 30"],
  ["pt", "FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=30", "a cada hora durante as horas 9 e 10 no minuto 30"],
  // Weeks from the end of the year.
  ["en", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "every year on Monday in the last week of the year"],
  ["de", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "jedes Jahr am Montag in der letzten Woche des Jahres"],
  ["fr", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "chaque année le lundi la dernière semaine de l’année"],
  ["es", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "cada año el lunes en la última semana del año"],
  ["pt", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "todos os anos à segunda-feira na última semana do ano"],
  ["ja", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "毎年最後の週の月曜日"],
  ["en", "FREQ=YEARLY;BYWEEKNO=1,2,-2", "every year in weeks 1 and 2 and in the second-to-last week of the year"],
  ["de", "FREQ=YEARLY;BYWEEKNO=20", "jedes Jahr in Kalenderwoche 20"],
  // Weekdays and ordinals of BYDAY are added to each other.
  ["en", "FREQ=MONTHLY;BYDAY=MO,1TU", "every month on every Monday and on the first Tuesday of the month"],
  ["de", "FREQ=MONTHLY;BYDAY=MO,1TU", "jeden Monat an jedem Montag und am ersten Dienstag des Monats"],
  ["fr", "FREQ=MONTHLY;BYDAY=MO,1TU", "chaque mois tous les lundis et le premier mardi du mois"],
  ["es", "FREQ=MONTHLY;BYDAY=MO,1TU", "cada mes todos los lunes y el primer martes del mes"],
  ["pt", "FREQ=MONTHLY;BYDAY=MO,1TU", "todos os meses em todas as segundas-feiras e na primeira terça-feira do mês"],
  ["ja", "FREQ=MONTHLY;BYDAY=MO,1TU", "毎月すべての月曜日、第1火曜日"],
  // Other calendars are named, and their months by their names there.
  ["en", adar, "every year on the 8th of Adar I, or the month or day after where there is none (Hebrew Calendar)"],
  ["de", adar, "jedes Jahr am 8. Adar I, ersatzweise im Monat oder am Tag danach (Jüdischer Kalender)"],
  ["fr", adar, "chaque année le 8 adar I, à défaut le mois ou le jour d’après (calendrier hébraïque)"],
  ["es", adar, "cada año el día 8 de adar I, o el mes o día siguiente si no existe (calendario hebreo)"],
  ["pt", adar, "todos os anos no dia 8 de Adar I, ou no mês ou dia seguinte se não existir (Calendário Hebraico)"],
  ["ja", adar, "毎年閏5月の8日、ない場合は次の月または日 (ユダヤ暦)"],
  ["en", "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=6", "every year in Adar (Hebrew Calendar)"],
  ["en", lastLeap, "every year in Sixth Monthbis and Twelfth Month (12L) (Chinese Calendar)"],
  ["en", "RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13", "every month in Pagumen (Ethiopic Calendar)"],
  ["en", "RSCALE=PERSIAN;FREQ=YEARLY", "every year (Persian Calendar)"],
  ["en", "RSCALE=ROC;FREQ=YEARLY;BYMONTH=2", "every year in February"],
  ["de", newYear, "jedes Jahr am 1. im Monat 1 (Chinesischer Kalender)"],
  ["es", newYear, "cada año el día 1 del mes 1 (calendario chino)"],
  ["pt", newYear, "todos os anos no dia 1 do mês 1 (Calendário Chinês)"],
  ["ja", newYear, "毎年正月1日 (中国暦)"],
  // Days that other days limit.
  ["en", electionDay, "every 4 years on the Tuesday from the 2nd to the 8th of November"],
  ["de", electionDay, "alle 4 Jahre am Dienstag vom 2. bis 8. November"],
  ["fr", electionDay, "tous les 4 ans le mardi du 2 au 8 novembre"],
  ["en", friday13th, "every month on Friday the 13th"],
  ["de", friday13th, "jeden Monat am Freitag, dem 13."],
  ["ja", friday13th, "毎月13日の金曜日"],
  [
    "en",
    "FREQ=MONTHLY;BYDAY=FR,SA;BYMONTHDAY=13",
    "every month on the 13th of the month if it is a Friday or a Saturday",
  ],
  ["de", "FREQ=MONTHLY;BYDAY=FR,SA;BYMONTHDAY=13", "jeden Monat am 13. des Monats, falls Freitag oder Samstag"],
  // One date a year, and two.
  [
    "en",
    "FREQ=YEARLY;BYMONTH=1,7;BYDAY=MO;BYSETPOS=1",
    "every year on every Monday in January and July, only the first of these",
  ],
  ["en", "FREQ=YEARLY;BYMONTH=1,7;BYDAY=1MO", "every year on the first Monday of January and July"],
  ["en", "FREQ=MONTHLY;BYDAY=MO", "every month on every Monday"],
  ["en", "FREQ=YEARLY;BYMONTHDAY=17", "every year on the 17th of the month it starts in"],
  ["en", "FREQ=DAILY;BYHOUR=9,17", "every day at 9 AM and 5 PM"],
  ["en-GB", "FREQ=DAILY;BYHOUR=9,17", "every day at 9 o’clock and 17 o’clock"],
  ["de", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "jedes Jahr am 29. Februar"],
  // Unknown languages and broken tags are answered in English.
  ["tlh", thanksgiving, "every year on the fourth Thursday of November"],
  ["not a tag", thanksgiving, "every year on the fourth Thursday of November"],
];

test.each(said)("%s: %s", (locale, rule, words) => {
  expect(describe(rule, locale)).toBe(words);
});

test.each([
  ["FREQ=YEARLY;BYMONTHDAY=17", "every year on the 17th of December"],
  ["FREQ=DAILY;BYHOUR=9,17", "every day at 9:30 AM and 5:30 PM"],
  ["FREQ=YEARLY;BYMONTHDAY=17;BYWEEKNO=3", "every year on the 17th of the month in week 3"],
  ["FREQ=HOURLY;BYHOUR=9", "every hour during hour 9"],
])("with its start, %s says what it takes from it", (rule, words) => {
  expect(describe(rule, "en", { localStartMs: Date.UTC(2009, 11, 17, 20, 30) })).toBe(words);
});

test.each([
  ["en", "every day until January 9, 2027"],
  ["de", "jeden Tag bis zum 9. Januar 2027"],
  ["es", "cada día hasta el 9 de enero de 2027"],
  ["fr", "chaque jour jusqu’au 9 janvier 2027"],
  ["ja", "2027年1月9日まで、毎日"],
  ["pt", "todos os dias até 9 de janeiro de 2027"],
])("UNTIL is said by its date in the zone: %s", (locale, words) => {
  const rule = "FREQ=DAILY;UNTIL=20270110T040000Z";
  expect(describe(rule, locale, { timeZone: "America/Los_Angeles" })).toBe(words);
  // East of Greenwich the date is the next one; dates without an instant are the same everywhere.
  expect(describe("FREQ=DAILY;UNTIL=20270108T150000Z", locale, { timeZone: "Asia/Tokyo" })).toBe(words);
  expect(describe("FREQ=DAILY;UNTIL=20270109", locale, { timeZone: "Asia/Tokyo" })).toBe(words);
  expect(describe("FREQ=DAILY;UNTIL=20270109T233000", locale, { timeZone: "Asia/Tokyo" })).toBe(words);
});
