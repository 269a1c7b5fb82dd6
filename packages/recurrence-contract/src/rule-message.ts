import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  Frequency as FrequencyMessage,
  RecurrenceRuleSchema,
  type RecurrenceRule,
} from "@calends/contracts/calends/type/v1/recurrence_pb";
import { must } from "@calends/kit/must";
import { fromFields, parseRule, type Frequency, type Rule, type Skip, type Weekday } from "@calends/recurrence";

const frequencies: Readonly<Record<Frequency, FrequencyMessage>> = {
  SECONDLY: FrequencyMessage.SECONDLY,
  MINUTELY: FrequencyMessage.MINUTELY,
  HOURLY: FrequencyMessage.HOURLY,
  DAILY: FrequencyMessage.DAILY,
  WEEKLY: FrequencyMessage.WEEKLY,
  MONTHLY: FrequencyMessage.MONTHLY,
  YEARLY: FrequencyMessage.YEARLY,
};

const weekdays: readonly Weekday[] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** A rule as a message. */
export function toRuleMessage(rule: Rule): RecurrenceRule {
  const message: MessageInitShape<typeof RecurrenceRuleSchema> = {
    frequency: frequencies[rule.freq],
    interval: rule.interval,
    count: rule.count ?? 0,
    until: rule.until === undefined ? "" : untilText(rule),
    bySecond: [...rule.bySecond],
    byMinute: [...rule.byMinute],
    byHour: [...rule.byHour],
    byDay: rule.byDay.map(({ weekday, ordinal }) => ({
      weekday: weekdays.indexOf(weekday) + 1,
      ordinal: ordinal ?? 0,
    })),
    byMonthDay: [...rule.byMonthDay],
    byYearDay: [...rule.byYearDay],
    byWeekNo: [...rule.byWeekNo],
    byMonth: rule.byMonth.filter(({ leap }) => leap !== true).map(({ month }) => month),
    byLeapMonth: rule.byMonth.filter(({ leap }) => leap === true).map(({ month }) => month),
    bySetPos: [...rule.bySetPos],
    weekStart: weekdays.indexOf(rule.wkst) + 1,
    rscale: rule.rscale ?? "",
    skip: rule.skip ?? "",
  };
  return create(RecurrenceRuleSchema, message);
}

/** A rule as text from a message that has passed validation. Throws InvalidRuleError. */
export function fromRuleMessage(message: RecurrenceRule): string {
  const { count, interval, until, rscale, skip, weekStart } = message;
  return fromFields({
    freq: must(
      (Object.keys(frequencies) as Frequency[]).find((freq) => frequencies[freq] === message.frequency),
      "frequency",
    ),
    interval: interval === 0 ? 1 : interval,
    ...(count === 0 ? {} : { count }),
    ...(until === "" ? {} : { until: must(parseRule(`FREQ=DAILY;UNTIL=${until}`).until, "until") }),
    bySecond: message.bySecond,
    byMinute: message.byMinute,
    byHour: message.byHour,
    byDay: message.byDay.map(({ weekday, ordinal }) => ({
      weekday: must(weekdays[weekday - 1], "weekday"),
      ...(ordinal === 0 ? {} : { ordinal }),
    })),
    byMonthDay: message.byMonthDay,
    byYearDay: message.byYearDay,
    byWeekNo: message.byWeekNo,
    byMonth: [
      ...message.byMonth.map((month) => ({ month })),
      ...message.byLeapMonth.map((month) => ({ month, leap: true })),
    ],
    bySetPos: message.bySetPos,
    wkst: must(weekdays[weekStart === 0 ? 0 : weekStart - 1], "week_start"),
    ...(rscale === "" ? {} : { rscale: rscale.toUpperCase() }),
    ...(skip === "" ? {} : { skip: skip.toUpperCase() as Skip }),
  });
}

/** UNTIL as RFC 5545 writes it: the end of what formatRule makes of it. */
function untilText(rule: Rule): string {
  const text = fromFields({ freq: rule.freq, ...(rule.until === undefined ? {} : { until: rule.until }) });
  return text.slice(text.indexOf("UNTIL=") + "UNTIL=".length);
}
