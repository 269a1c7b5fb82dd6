import { setTimeout as delay } from "node:timers/promises";
import type { SendMailOptions } from "nodemailer";
import { newId } from "@calends/kit/ids";
import { retryUntil } from "@calends/kit/retry";
import type { Parts } from "@calends/kit/service";
import { Code, ConnectError } from "@connectrpc/connect";
import { mailConnections, type Mailer } from "../channels/smtp.ts";
import { backoffMs, postponedMs } from "../domain/backoff.ts";
import type { Claimed, Outcome } from "../domain/delivery.ts";
import { noPaths, type Paths } from "../domain/letter.ts";
import { linksFor } from "../domain/notice.ts";
import { beginTry, claimDue, postpone, retireDue, settle } from "../store/claims.ts";
import type { Store } from "../store/index.ts";
import type { SignedLinks } from "../signed-links.ts";
import { createBell, type Bell } from "./bell.ts";

/** Sends what is due, until it is disposed of; then it finishes what it has begun. */
export interface Sender extends AsyncDisposable {
  /** Says that deliveries were queued. Cheap; what nobody says is found by polling. */
  wake(): void;
}

/** What the sender works with. */
export interface SenderDeps extends Pick<Parts, "clock" | "logger" | "metrics"> {
  readonly store: Store;
  readonly mailer: Mailer;
  readonly signedLinks: SignedLinks;
  /** Writes the mail with its links; null if it would tell its reader nothing new. */
  readonly compose: (claimed: Claimed, paths: Paths) => SendMailOptions | null;
}

/** Longer than all waits of one try together: when it ends, its holder is dead. */
export const leaseMs = 300_000;
const pollMs = 500;
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** How long a result is tried to be written down: a mail that was sent must not be sent again. */
const settleMs = 30_000;

/** Starts sending. Several processes may: each delivery is claimed by one. */
export function startSender(deps: SenderDeps): Sender {
  const bell = createBell();
  const stopping = new AbortController();
  const running = run(deps, bell, stopping.signal);
  return {
    wake: () => bell.ring(),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      bell.ring();
      await running;
    },
  };
}

async function run(deps: SenderDeps, bell: Bell, signal: AbortSignal): Promise<void> {
  const sending = new Set<Promise<void>>();
  // Nothing is claimed before the server answers: an outage must not use up a delivery's tries.
  let reachable = false;
  const lost = () => {
    reachable = false;
  };
  const begin = (claimed: Claimed) => {
    const task = deliver(deps, claimed, lost).finally(() => {
      sending.delete(task);
      bell.ring();
    });
    sending.add(task);
  };
  while (!signal.aborted) {
    try {
      if (!reachable) {
        await untilReachable(deps, signal);
        reachable = true;
      }
      const heard = bell.rings;
      const free = mailConnections - sending.size;
      const claimed = free > 0 ? await claim(deps, free) : [];
      claimed.forEach(begin);
      if (free === 0 || claimed.length < free) {
        await bell.after(heard, pollMs);
      }
    } catch (error) {
      if (!signal.aborted) {
        deps.logger.warn({ err: error }, "the sender tries again");
        await delay(pollMs, undefined, { signal }).catch(() => undefined); // Aborted: the loop ends.
      }
    }
  }
  await Promise.all(sending);
}

async function untilReachable({ mailer, logger }: SenderDeps, signal: AbortSignal): Promise<void> {
  let failed = false;
  // A server that accepts and says nothing must not hold up a stop.
  const stopped = new Promise<string>((resolve) => {
    signal.addEventListener("abort", () => resolve("stopping"), { once: true });
  });
  const check = async () => {
    const code = await Promise.race([mailer.check(), stopped]);
    if (code !== null) {
      throw new Error(code);
    }
  };
  const onRetry = (error: unknown) => {
    logger[failed ? "debug" : "warn"]({ reason: String(error) }, "waiting for the mail server");
    failed = true;
  };
  await retryUntil(check, { signal, onRetry, firstDelayMs: firstPauseMs, maxDelayMs: longestPauseMs });
  if (failed) {
    logger.info("the mail server is back");
  }
}

async function claim({ store, clock }: SenderDeps, limit: number): Promise<Claimed[]> {
  const now = clock.now();
  await retireDue(store.db, now);
  return claimDue(store.db, now, new Date(now.getTime() + leaseMs), newId(now.getTime()), limit);
}

/** Gets the links of a mail, counts the try and sends the mail. If the links cannot be had now, the mail waits and no try is counted. */
async function deliver(deps: SenderDeps, claimed: Claimed, lost: () => void): Promise<void> {
  const { store, logger } = deps;
  const { organizationId, id: deliveryId, bookingId } = claimed;
  const about = { organizationId, deliveryId, bookingId };
  try {
    const paths = await findPaths(deps, claimed);
    if (paths === null) {
      return;
    }
    if (await beginTry(store.db, claimed)) {
      await makeTry(deps, claimed, paths, lost);
    } else {
      logger.warn(about, "the lease of a delivery ended before its mail was sent");
    }
  } catch (error) {
    logger.warn({ ...about, err: error }, "a delivery could not be started: it is claimed again when its lease ends");
  }
}

/** Returns the paths of the mail's links. If booking cannot be asked, postpones the delivery and returns null. */
async function findPaths({ store, clock, logger, signedLinks }: SenderDeps, claimed: Claimed): Promise<Paths | null> {
  const { organizationId, id: deliveryId, bookingId, recipient, notice } = claimed;
  const wanted = linksFor(notice, recipient);
  if (!wanted.booker && wanted.hostCalendarId === "") {
    return noPaths;
  }
  try {
    return await signedLinks.find(organizationId, bookingId, wanted);
  } catch (error) {
    const code = Code[ConnectError.from(error).code];
    const at = new Date(clock.now().getTime() + postponedMs(Math.random()));
    logger.warn(
      { organizationId, deliveryId, bookingId, code },
      "booking cannot be asked for the link: the mail waits",
    );
    await postpone(store.db, claimed, `booking cannot be asked for the link: ${code}`, at);
    return null;
  }
}

async function makeTry(deps: SenderDeps, claimed: Claimed, paths: Paths, lost: () => void): Promise<void> {
  const { store, clock, logger, metrics } = deps;
  const outcome = await attempt(deps, claimed, paths);
  if (outcome.kind === "lost") {
    lost();
  }
  const { organizationId, id: deliveryId, bookingId, attempts } = claimed;
  const about = {
    organizationId,
    deliveryId,
    bookingId,
    attempts,
    ...("code" in outcome ? { code: outcome.code } : {}),
  };
  logger["code" in outcome ? "warn" : "info"](about, `mail ${outcome.kind}`);
  metrics.events.inc({ stream: "mail", outcome: outcome.kind });
  const write = async () => {
    const now = clock.now();
    const at = new Date(now.getTime() + backoffMs(attempts, Math.random()));
    if (!(await settle(store.db, claimed, outcome, { now, at }))) {
      logger.warn(about, "the lease of a delivery was over before its result was written");
    }
  };
  await retryUntil(write, { signal: AbortSignal.timeout(settleMs) }).catch((error: unknown) => {
    logger.error({ ...about, err: error }, "the result of a mail could not be written: it will be sent again");
  });
}

async function attempt({ compose, mailer }: SenderDeps, claimed: Claimed, paths: Paths): Promise<Outcome> {
  let mail: SendMailOptions | null;
  try {
    mail = compose(claimed, paths);
  } catch (error) {
    // What cannot be composed now cannot be later: it goes to the list of failures, where it is seen.
    return { kind: "refused", error: String(error).slice(0, 500), code: "compose" };
  }
  return mail === null ? { kind: "needless" } : mailer.send(mail);
}
