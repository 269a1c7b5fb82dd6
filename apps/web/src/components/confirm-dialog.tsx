import { useId, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode, type RefObject } from "react";
import { failureInWords, type Failure } from "../failures.ts";
import { TextField } from "./field.tsx";

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirmName: string;
  readonly dismissName: string;
  /** Says who reads the reason. */
  readonly reasonHint?: string;
  readonly failure: Failure | undefined;
  readonly isSending: boolean;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

/** The contract's limit. */
const MAX_REASON = 100;

/** Asks before something is done, and for the reason, which may be left out. Escape dismisses. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const {
    title,
    children,
    confirmName,
    dismissName,
    reasonHint = "The host will read it.",
    failure,
    isSending,
    onConfirm,
    onDismiss,
  } = props;
  const id = useId();
  const dialog = useModal();
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isSending) onConfirm(reason.trim());
  };
  return (
    <dialog ref={dialog} aria-labelledby={`${id}-title`} onCancel={onDismiss}>
      <form onSubmit={submit} aria-busy={isSending}>
        <h2 id={`${id}-title`}>{title}</h2>
        {children}
        <TextField
          id={`${id}-reason`}
          label="Reason"
          hint={reasonHint}
          value={reason}
          maxLength={MAX_REASON}
          error={undefined}
          onChange={setReason}
        />
        <div role="alert">{failure !== undefined && <p className="alert">{failureInWords(failure)}</p>}</div>
        <div className="actions">
          <button type="button" className="button" onClick={onDismiss}>
            {dismissName}
          </button>
          <button type="submit" className="button primary" aria-disabled={isSending}>
            {isSending ? "Sending…" : confirmName}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Opens a dialog over the page for as long as it is rendered. */
function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Closing gives the focus back to what opened the dialog, but only while the dialog is still in the page.
    return () => element?.close();
  }, []);
  return dialog;
}
