import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import type { SMTPServerDataStream, SMTPServerSession } from "smtp-server";
import { startMailboxPage } from "./mailbox-page.ts";
import { openKeptMails, type KeptMails } from "./kept-mails.ts";
import { parseMail } from "./mail.ts";
import type { Mail } from "./mail.ts";
import { boundPort, freePort, LOOPBACK } from "./ports.ts";

/** How to start a mailbox. */
export interface MailboxOptions {
  /** The SMTP port to listen on when it is free. */
  port?: number | undefined;
  /** The port, when it is free, of a page that lists the mails; without it there is no page. */
  httpPort?: number | undefined;
  /** Where mails are kept, so that a later start finds them; without it they are in memory alone. */
  directory?: string | undefined;
}

/** An SMTP server that delivers nothing and keeps every mail. */
export interface Mailbox extends AsyncDisposable {
  port: number;
  /** The address of the page that lists the mails, when one was asked for. */
  pageUrl: string | undefined;
  /** All mails so far, in the order of arrival. */
  messages(): Mail[];
  /** Resolves with the first mail, past or to come, that the predicate accepts. */
  waitFor(predicate: (mail: Mail) => boolean, options: { timeoutMs: number }): Promise<Mail>;
  clear(): void;
  /** Makes the next mails fail, each with this SMTP code: 4xx asks to try again, 5xx refuses for good. */
  failNext(count: number, code: number): void;
}

/** Starts a mailbox on the loopback address. */
export async function startMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  await using cleanup = new AsyncDisposableStack();
  const kept = options.directory === undefined ? undefined : await openKeptMails(options.directory);
  const store = new MailStore(kept);
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 1000,
    onData: (stream, session, callback) => {
      void answer(store.receive(stream, session), callback);
    },
  });
  smtp.on("error", () => {}); // A client that breaks off is not the mailbox's failure.
  const listener = smtp.listen(await freePort(options.port), LOOPBACK);
  await once(listener, "listening");
  cleanup.defer(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
  const page = options.httpPort === undefined ? undefined : await startMailboxPage(store.list, options.httpPort);
  if (page) cleanup.use(page);
  const stack = cleanup.move();
  return {
    port: boundPort(listener),
    pageUrl: page?.url,
    messages: store.list,
    waitFor: (predicate, { timeoutMs }) => store.waitFor(predicate, timeoutMs),
    clear: () => store.clear(),
    failNext: (count, code) => store.failNext(count, code),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function answer(received: Promise<void>, callback: (error?: Error | null) => void): Promise<void> {
  try {
    await received;
  } catch (error) {
    callback(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  callback(null);
}

class MailStore {
  readonly #mails: Mail[];
  readonly #kept: KeptMails | undefined;
  readonly #faults: number[] = [];
  readonly #waiting = new Set<(mail: Mail) => void>();

  constructor(kept: KeptMails | undefined) {
    this.#kept = kept;
    this.#mails = [...(kept?.mails ?? [])];
  }

  list = (): Mail[] => [...this.#mails];

  clear(): void {
    this.#mails.length = 0;
  }

  failNext(count: number, code: number): void {
    this.#faults.push(...Array.from({ length: count }, () => code));
  }

  async receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const raw = await buffer(stream);
    const code = this.#faults.shift();
    if (code !== undefined) throw Object.assign(new Error("The mailbox was told to fail."), { responseCode: code });
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom ? mailFrom.address : "";
    const envelope = { from, to: rcptTo.map(({ address }) => address) };
    const mail = await parseMail(raw, envelope);
    await this.#kept?.keep(raw, envelope);
    this.#mails.push(mail);
    for (const notify of this.#waiting) notify(mail);
  }

  async waitFor(predicate: (mail: Mail) => boolean, timeoutMs: number): Promise<Mail> {
    const found = this.#mails.find(predicate);
    if (found) return found;
    const arrival = Promise.withResolvers<Mail>();
    const notify = (mail: Mail): void => {
      if (predicate(mail)) arrival.resolve(mail);
    };
    const timer = setTimeout(() => {
      const seen = this.#mails.map((mail) => `${mail.to.join(", ")}: ${mail.subject}`).join("; ");
      arrival.reject(new Error(`No such mail within ${timeoutMs} ms. The mailbox has: ${seen || "nothing"}.`));
    }, timeoutMs);
    this.#waiting.add(notify);
    return arrival.promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(notify);
    });
  }
}
