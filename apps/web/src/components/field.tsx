import type { ChangeEvent, InputHTMLAttributes, ReactNode } from "react";

interface FieldShellProps {
  readonly id: string;
  readonly label: string;
  readonly required?: boolean;
  readonly hint?: string | undefined;
  readonly error: string | undefined;
  readonly children: ReactNode;
}

/** A field's label, hint and error around its control. */
export function FieldShell({ id, label, required, hint, error, children }: FieldShellProps): ReactNode {
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} <Optional when={required !== true} />
      </label>
      {children}
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

/** Says that a question may be left unanswered. */
export function Optional({ when }: { readonly when: boolean }): ReactNode {
  return when && <span className="optional">(optional)</span>;
}

/** A field's hint and error, to which its control points. */
export function FieldNotes({ id, hint, error }: Pick<FieldShellProps, "id" | "hint" | "error">): ReactNode {
  return (
    <>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="error">
          {error}
        </p>
      )}
    </>
  );
}

/** Returns the attributes by which a control points to its hint and error. */
export function notesOf(id: string, hint?: string, error?: string): { [name: string]: string | true | undefined } {
  const notes = [hint === undefined ? "" : `${id}-hint`, error === undefined ? "" : `${id}-error`];
  return {
    "aria-describedby": notes.filter((note) => note !== "").join(" ") || undefined,
    "aria-invalid": error === undefined ? undefined : true,
  };
}

interface TextFieldProps extends Pick<InputHTMLAttributes<HTMLInputElement>, "type" | "inputMode" | "autoComplete"> {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly required?: boolean;
  readonly hint?: string | undefined;
  readonly error: string | undefined;
  readonly maxLength?: number | undefined;
  /** Whether there is room for several lines. */
  readonly isLong?: boolean;
  readonly onChange: (value: string) => void;
}

/** A line, or several, of text. */
export function TextField({ label, hint, error, isLong, onChange, ...control }: TextFieldProps): ReactNode {
  const { id, required } = control;
  const attributes = {
    ...control,
    ...notesOf(id, hint, error),
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(event.target.value),
  };
  return (
    <FieldShell id={id} label={label} required={required ?? false} hint={hint} error={error}>
      {isLong === true ? <textarea rows={3} {...attributes} /> : <input {...attributes} />}
    </FieldShell>
  );
}
