import { useRef, useState } from "react";
import type { Meeting } from "../api.ts";
import { attemptFor, type Attempt } from "../attempt.ts";
import { readFailure, type Failure } from "../failures.ts";

/** Answering is the state of an answer that somebody gives on the page of a link in their mail. */
export interface Answering {
  /** The booking after the answer; undefined before. */
  readonly answered: Meeting | undefined;
  readonly failure: Failure | undefined;
  readonly isSending: boolean;
  readonly send: (content: string, call: (requestId: string) => Promise<Meeting>) => Promise<void>;
}

/** Sends an answer. Sending an answer with the same `content` again has no second effect. */
export function useAnswer(): Answering {
  const [answered, setAnswered] = useState<Meeting>();
  const [failure, setFailure] = useState<Failure>();
  const [isSending, setIsSending] = useState(false);
  const attempt = useRef<Attempt>(undefined);
  const send = async (content: string, call: (requestId: string) => Promise<Meeting>): Promise<void> => {
    if (isSending) return;
    attempt.current = attemptFor(content, attempt.current, () => crypto.randomUUID());
    setFailure(undefined);
    setIsSending(true);
    try {
      setAnswered(await call(attempt.current.requestId));
    } catch (error) {
      setFailure(readFailure(error));
    } finally {
      setIsSending(false);
    }
  };
  return { answered, failure, isSending, send };
}
