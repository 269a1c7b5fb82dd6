import { useEffect, useRef, type ReactNode } from "react";
import { attendeeField, type FieldErrors } from "../draft.ts";
import { TextField } from "./field.tsx";

interface GuestFieldsProps {
  readonly emails: readonly string[];
  readonly errors: FieldErrors;
  readonly onChange: (emails: string[]) => void;
}

/** The contract's limit. */
const MAX_GUESTS = 10;

/** Addresses of those who come along, as many lines as wanted. */
export function GuestFields({ emails, errors, onChange }: GuestFieldsProps): ReactNode {
  const focusNext = useRef<string>(undefined);
  useEffect(() => {
    if (focusNext.current === undefined) return;
    document.getElementById(focusNext.current)?.focus();
    focusNext.current = undefined;
  }, [emails.length]);
  const add = (): void => {
    focusNext.current = attendeeField(emails.length);
    onChange([...emails, ""]);
  };
  const remove = (index: number): void => {
    focusNext.current = "add-guest";
    onChange(emails.toSpliced(index, 1));
  };
  return (
    <div className="guests" role="group" aria-label="Guests">
      {emails.map((email, index) => (
        <GuestLine
          key={index}
          index={index}
          email={email}
          error={errors.get(attendeeField(index))}
          onChange={(value) => onChange(emails.with(index, value))}
          onRemove={() => remove(index)}
        />
      ))}
      {emails.length < MAX_GUESTS && (
        <button type="button" id="add-guest" className="button quiet" onClick={add}>
          Add a guest
        </button>
      )}
    </div>
  );
}

interface GuestLineProps {
  readonly index: number;
  readonly email: string;
  readonly error: string | undefined;
  readonly onChange: (email: string) => void;
  readonly onRemove: () => void;
}

function GuestLine({ index, email, error, onChange, onRemove }: GuestLineProps): ReactNode {
  const label = `Guest ${index + 1}: email`;
  return (
    <div className="guest">
      <TextField id={attendeeField(index)} label={label} type="email" value={email} error={error} onChange={onChange} />
      <button type="button" className="icon-button" aria-label={`Remove guest ${index + 1}`} onClick={onRemove}>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
          <path d="m5 5 10 10M15 5 5 15" />
        </svg>
      </button>
    </div>
  );
}
