import { useEffect, useRef, type ReactNode } from "react";
import type { Failure } from "../failures.ts";

/** A page that has nothing but a message. */
export function NoticePage({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  useTitle(title);
  return (
    <div className="card notice">
      <FocusedHeading>{title}</FocusedHeading>
      {children}
    </div>
  );
}

/** A heading that takes the focus when it appears, so that what it heads is read next. */
export function FocusedHeading({ children }: { readonly children: ReactNode }): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** Sets the name of the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Calends`;
  }, [title]);
}

interface FailurePageProps {
  readonly failure: Failure;
  readonly onRetry: () => void;
}

/** The page when what it shows could not be read. */
export function FailurePage({ failure, onRetry }: FailurePageProps): ReactNode {
  const [title, text] = WORDS[failure.kind] ?? FALLBACK;
  const canRetry = ["unreachable", "throttled", "unknown"].includes(failure.kind);
  return (
    <NoticePage title={title}>
      <p>{text}</p>
      {canRetry && (
        <button type="button" className="button primary" onClick={onRetry}>
          Try again
        </button>
      )}
    </NoticePage>
  );
}

type Words = readonly [title: string, text: string];

const NO_SUCH_PAGE: Words = [
  "This page does not exist",
  "Please check the address, or ask the person who sent you the link.",
];

const WORDS: Partial<Record<Failure["kind"], Words>> = {
  missing: NO_SUCH_PAGE,
  // The address is all that was asked with: if it breaks a rule, no page has it.
  fields: NO_SUCH_PAGE,
  link_closed: ["This link is closed", "It has been used, has expired or was switched off. Please ask for a new one."],
  type_closed: ["Not bookable for now", "No bookings are taken here at the moment. Please try again another day."],
  bad_manage_link: ["This link does not work", "It is incomplete. Please use the link in your latest email."],
  throttled: ["One moment, please", "There were too many requests. Please wait a little and try again."],
  unreachable: ["We could not reach the server", "Please check your connection and try again."],
};

const FALLBACK: Words = ["Something went wrong", "It is not your fault. Please try again."];
