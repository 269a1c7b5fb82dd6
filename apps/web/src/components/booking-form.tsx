import { useEffect, useRef, type FormEvent, type ReactNode } from "react";
import type { GetBookingPageResponse } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { Draft, FieldErrors } from "../draft.ts";
import type { Failure } from "../failures.ts";
import { failureInWords } from "../failures.ts";
import { TextField } from "./field.tsx";
import { GuestFields } from "./guest-fields.tsx";
import { QuestionField } from "./question-field.tsx";

interface BookingFormProps {
  readonly page: GetBookingPageResponse;
  /** Whether the chosen session is full, so that its booker joins the waitlist. */
  readonly waitlist: boolean;
  readonly draft: Draft;
  readonly errors: FieldErrors;
  readonly failure: Failure | undefined;
  readonly isSending: boolean;
  readonly onChange: (draft: Draft) => void;
  readonly onSubmit: () => void;
}

/** Asks who books and the link's questions. */
export function BookingForm(props: BookingFormProps): ReactNode {
  const { page, draft, errors, failure, isSending, onChange, onSubmit } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useFocusFirst(errors);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isSending) onSubmit();
  };
  return (
    <form className="details" noValidate onSubmit={submit} aria-busy={isSending}>
      <h2 ref={heading} tabIndex={-1}>
        Your details
      </h2>
      {props.waitlist && (
        <p className="alert">
          This time is full, so you will not have a seat yet. You will get a mail when one is free for you.
        </p>
      )}
      <PersonFields draft={draft} errors={errors} onChange={onChange} />
      {page.questions.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          value={draft.answers[question.id] ?? ""}
          error={errors.get(`answer-${question.id}`)}
          onChange={(value) => onChange({ ...draft, answers: { ...draft.answers, [question.id]: value } })}
        />
      ))}
      <GuestFields
        emails={draft.attendees}
        errors={errors}
        onChange={(attendees) => onChange({ ...draft, attendees })}
      />
      <FormAlert errors={errors} failure={failure} />
      <button type="submit" className="button primary wide" aria-disabled={isSending}>
        {submitName(props)}
      </button>
    </form>
  );
}

function PersonFields({ draft, errors, onChange }: Pick<BookingFormProps, "draft" | "errors" | "onChange">): ReactNode {
  return (
    <>
      <TextField
        id="name"
        label="Name"
        required
        autoComplete="name"
        value={draft.name}
        error={errors.get("name")}
        onChange={(name) => onChange({ ...draft, name })}
      />
      <TextField
        id="email"
        label="Email"
        type="email"
        required
        autoComplete="email"
        hint="The confirmation goes here."
        value={draft.email}
        error={errors.get("email")}
        onChange={(email) => onChange({ ...draft, email })}
      />
    </>
  );
}

function submitName({ page, waitlist, failure, isSending }: BookingFormProps): string {
  if (isSending) return "Sending…";
  if (failure !== undefined) return "Try again";
  if (waitlist) return "Join the waitlist";
  return page.requiresConfirmation ? "Request booking" : "Confirm booking";
}

function FormAlert({ errors, failure }: Pick<BookingFormProps, "errors" | "failure">): ReactNode {
  const general = errors.get("");
  const text = failure === undefined ? general : failureInWords(failure);
  return (
    <div role="alert">
      {text !== undefined && (
        <div className="alert">
          <p>{text}</p>
          {failure?.kind === "unreachable" && (
            <p>If your booking did get through, trying again will not make a second one.</p>
          )}
        </div>
      )}
    </div>
  );
}

/** Moves the focus to the first field at fault whenever new errors are found. */
function useFocusFirst(errors: FieldErrors): void {
  useEffect(() => {
    const first = [...errors.keys()].find((field) => field !== "");
    if (first !== undefined) document.getElementById(first)?.focus();
  }, [errors]);
}
