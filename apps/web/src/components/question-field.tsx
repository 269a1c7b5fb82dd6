import type { ReactNode } from "react";
import { QuestionKind, type Question } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { answerField, maxLengthOf } from "../draft.ts";
import { FieldNotes, FieldShell, notesOf, Optional, TextField } from "./field.tsx";

interface QuestionFieldProps {
  readonly question: Question;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Up to so many choices are shown at once; more become a list to open. */
const MAX_RADIOS = 5;

/** From this length on a text answer has several lines. */
const LONG_TEXT = 120;

/** One of the link's questions, by its kind. */
export function QuestionField(props: QuestionFieldProps): ReactNode {
  const { question, ...control } = props;
  const field = { ...control, id: answerField(question.id), label: question.label, required: question.required };
  if (question.kind === QuestionKind.CHOICE) {
    return question.choices.length <= MAX_RADIOS ? <ChoiceRadios {...props} /> : <ChoiceList {...props} />;
  }
  if (question.kind === QuestionKind.NUMBER) {
    return <TextField {...field} inputMode="decimal" hint={boundsInWords(question)} />;
  }
  if (question.kind === QuestionKind.PHONE) {
    return <TextField {...field} type="tel" autoComplete="tel" hint="With the country code, like +49 30 1234567" />;
  }
  const maxLength = maxLengthOf(question);
  return <TextField {...field} isLong={maxLength > LONG_TEXT} maxLength={maxLength} />;
}

function boundsInWords({ minValue, maxValue }: Question): string | undefined {
  if (minValue !== undefined && maxValue !== undefined) return `From ${minValue} to ${maxValue}`;
  if (minValue !== undefined) return `${minValue} or more`;
  return maxValue === undefined ? undefined : `${maxValue} or less`;
}

function ChoiceList({ question, value, error, onChange }: QuestionFieldProps): ReactNode {
  const { label, required } = question;
  const id = answerField(question.id);
  return (
    <FieldShell id={id} label={label} required={required} error={error}>
      <select
        id={id}
        value={value}
        required={required}
        onChange={(event) => onChange(event.target.value)}
        {...notesOf(id, undefined, error)}
      >
        <option value="">{required ? "Please choose" : "No answer"}</option>
        {question.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </FieldShell>
  );
}

function ChoiceRadios({ question, value, error, onChange }: QuestionFieldProps): ReactNode {
  const id = answerField(question.id);
  return (
    <fieldset className="field" role="radiogroup" aria-required={question.required} {...notesOf(id, undefined, error)}>
      <legend>
        {question.label} <Optional when={!question.required} />
      </legend>
      <div className="chips">
        {question.choices.map((choice, index) => (
          <label key={choice} className="chip">
            <input
              // The first one stands for the group when the focus is sent to the field.
              id={index === 0 ? id : undefined}
              type="radio"
              name={id}
              checked={choice === value}
              onChange={() => onChange(choice)}
            />
            <span>{choice}</span>
          </label>
        ))}
      </div>
      <FieldNotes id={id} error={error} />
    </fieldset>
  );
}
