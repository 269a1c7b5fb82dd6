import { useState, type ReactNode } from "react";
import { renewManageLink } from "../api.ts";
import { NoticePage } from "../components/notice-page.tsx";
import { failureInWords, readFailure } from "../failures.ts";

/** The page of a manage link that has ended: how to have another one. */
export function EndedLinkPage({ token }: { readonly token: string }): ReactNode {
  const [isSending, setIsSending] = useState(false);
  const [result, setResult] = useState("");
  const renew = async (): Promise<void> => {
    setIsSending(true);
    try {
      await renewManageLink(token);
      setResult("If the booking is still on file, a mail with a new link is on its way to whoever booked.");
    } catch (error) {
      setResult(failureInWords(readFailure(error)));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <NoticePage title="This link has ended">
      <p>Links end 30 days after the booking. We can mail a new one to the address that was given then.</p>
      <button type="button" className="button primary" disabled={isSending} onClick={() => void renew()}>
        Mail me a new link
      </button>
      <div role="status">{result !== "" && <p className="message">{result}</p>}</div>
    </NoticePage>
  );
}
