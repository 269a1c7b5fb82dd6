import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  RoutingFormSchema,
  RoutingOperator as OperatorMessage,
  type RoutingForm as RoutingFormMessage,
  type RoutingFormFields,
} from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { must } from "@calends/kit/must";
import type { RoutingFields, RoutingForm, RoutingOperator } from "../../domain/routing.ts";
import { keyOf } from "../convert-basics.ts";
import { fromQuestion, toQuestionMessage } from "../convert-type.ts";

const operators: Readonly<Record<RoutingOperator, OperatorMessage>> = {
  is: OperatorMessage.IS,
  is_not: OperatorMessage.IS_NOT,
  contains: OperatorMessage.CONTAINS,
  at_least: OperatorMessage.AT_LEAST,
  at_most: OperatorMessage.AT_MOST,
};

/** A form as a message. */
export function toFormMessage({ id, version, createdAt, ...fields }: RoutingForm): RoutingFormMessage {
  return create(RoutingFormSchema, {
    id,
    version,
    createTime: timestampFromDate(createdAt),
    fields: {
      slug: fields.slug,
      name: fields.name,
      active: fields.active,
      questions: fields.questions.map(toQuestionMessage),
      rules: fields.rules.map(({ conditions, target }) => ({
        conditions: conditions.map(({ questionId, operator, values }) => ({
          questionId,
          operator: operators[operator],
          values: [...values],
        })),
        target: { ...target, calendarIds: [...target.calendarIds] },
      })),
    },
  });
}

/** A form's fields from a message that has passed validation. */
export function fromFormFields(message: RoutingFormFields | undefined): RoutingFields {
  const { slug, name, active, questions, rules } = must(message, "fields");
  return {
    slug,
    name,
    active,
    questions: questions.map(fromQuestion),
    rules: rules.map(({ conditions, target }) => {
      const { bookingLinkId, calendarIds, redirectUrl } = must(target, "target");
      return {
        conditions: conditions.map(({ questionId, operator, values }) => ({
          questionId,
          operator: keyOf(operators, operator),
          values,
        })),
        target: { bookingLinkId, calendarIds, redirectUrl },
      };
    }),
  };
}
