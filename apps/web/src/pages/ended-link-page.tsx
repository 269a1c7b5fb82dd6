import { useState, type ReactNode } from "react";
import { renewManageLink } from "../api.ts";
import { NoticePage } from "../components/notice-page.tsx";
import { failureInWords, readFailure } from "../failures.ts";

/** The page of a manage link that has ended, with a button to ask for a new one. */
export function EndedLinkPage({ token }: { readonly token: string }): ReactNode {
  const [isSending, setIsSending] = useState(false);
  const [result, setResult] = useState("");
  const renew = async (): Promise<void> => {
    setIsSending(true);
    try {
      await renewManageLink(token);
      setResult(
        "If we still have the booking, a mail with a new link is on its way to the address that was given for it.",
      );
    } catch (error) {
      setResult(failureInWords(readFailure(error)));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <NoticePage title="This link has ended">
      <p>Links end 30 days after the meeting. We can mail a new one to the address that was given for the booking.</p>
      <button type="button" className="button primary" disabled={isSending} onClick={() => void renew()}>
        Mail me a new link
      </button>
      <div role="status">{result !== "" && <p className="message">{result}</p>}</div>
    </NoticePage>
  );
}
