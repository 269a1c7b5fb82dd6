import { expect, test } from "vitest";
import { describe } from "../src/index.ts";
import { parseText } from "../src/text.ts";

const everyOther = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20270303T235959Z";
const lastWorkday = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=10";
const thanksgiving = "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH";

const adar = "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD";
const lastLeap = "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=6L,12L";

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
  ["fr", everyOther, "toutes les 2 semaines le lundi et mercredi jusqu’au 3 mars 2027"],
  ["fr", lastWorkday, "chaque mois le dernier jour ouvré (du lundi au vendredi) du mois, 10 fois"],
  ["fr", thanksgiving, "chaque année le quatrième jeudi de novembre"],
  ["es", everyOther, "cada 2 semanas el lunes y miércoles hasta el 3 de marzo de 2027"],
  ["es", thanksgiving, "cada año el cuarto jueves de noviembre"],
  ["pt", everyOther, "a cada 2 semanas à segunda-feira e quarta-feira até 3 de março de 2027"],
  ["pt-BR", thanksgiving, "todos os anos na quarta quinta-feira de novembro"],
  ["ja", everyOther, "2027年3月3日まで、2週間ごとの月曜日、水曜日"],
  ["ja", lastWorkday, "毎月最後の平日、10回"],
  ["ja", thanksgiving, "毎年11月の第4木曜日"],
  // Other calendars are named, and their months by their names there.
  ["en", adar, "every year on the 8th of Adar I, or the month or day after where there is none (Hebrew Calendar)"],
  ["de", adar, "jedes Jahr am 8. im Adar I, ersatzweise im Monat oder am Tag danach (Jüdischer Kalender)"],
  ["fr", adar, "chaque année le 8 d’adar I, à défaut le mois ou le jour d’après (calendrier hébraïque)"],
  ["es", adar, "cada año el día 8 de adar I, o el mes o día siguiente si no existe (calendario hebreo)"],
  ["pt", adar, "todos os anos no dia 8 de Adar I, ou no mês ou dia seguinte se não existir (Calendário Hebraico)"],
  ["ja", adar, "毎年6月の8日、ない場合は次の月または日 (ユダヤ暦)"],
  ["en", "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=6", "every year in Adar (Hebrew Calendar)"],
  ["en", lastLeap, "every year in Sixth Monthbis and Twelfth Month (12L) (Chinese Calendar)"],
  ["en", "RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13", "every month in Pagumen (Ethiopic Calendar)"],
  ["en", "RSCALE=PERSIAN;FREQ=YEARLY", "every year (Persian Calendar)"],
  ["en", "RSCALE=ROC;FREQ=YEARLY;BYMONTH=2", "every year in February"],
  // Unknown languages and broken tags are answered in English.
  ["tlh", thanksgiving, "every year on the fourth Thursday of November"],
  ["not a tag", thanksgiving, "every year on the fourth Thursday of November"],
];

test.each(said)("%s: %s", (locale, rule, words) => {
  expect(describe(rule, locale)).toBe(words);
});

test("English words are read as the rule that they say", () => {
  expect(parseText("every 2 weeks on Monday and Wednesday")).toBe("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE");
  expect(parseText("every month on the 15th")).toBe("FREQ=MONTHLY;BYMONTHDAY=15");
  expect(parseText(describe("FREQ=DAILY;INTERVAL=3"))).toBe("FREQ=DAILY;INTERVAL=3");
});
