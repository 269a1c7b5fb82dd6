import { createLogger } from "@calends/kit/logger";
import { startNats } from "@calends/local/nats";
import type { NatsServer } from "@calends/local/nats";
import { cacheDir } from "@calends/local/paths";
import { connectBroker } from "@calends/messaging/connection";
import { members } from "@calends/messaging/members";
import { createNatsAccess } from "@calends/messaging/permissions";
import { ensureStream } from "@calends/messaging/streams";
import { publisherOf } from "@calends/messaging/subjects";
import { inject } from "vitest";
import type { Provided } from "./provided.ts";

/** The URL of the NATS server that all tests of a run share; use a subject or stream prefix of the test's own. */
export function sharedNatsUrl(): string {
  return inject("natsUrl" satisfies keyof Provided);
}

/** Starts a NATS server of the test's own, with the users of production, to stop, kill and restart. */
export async function createPrivateNats(): Promise<NatsServer> {
  return startNats({ cacheDir: cacheDir(process.env), access: createNatsAccess() });
}

/** Makes the streams of every service, as their owners do, for a test of one service without the others. */
export async function createStreams(natsUrl: string): Promise<void> {
  const logger = createLogger("testkit", "silent");
  await using broker = await connectBroker("testkit", natsUrl, logger, AbortSignal.timeout(20_000));
  const publishers = new Set(members.flatMap(({ publishes }) => publishes.map(publisherOf)));
  await Promise.all([...publishers].map((publisher) => ensureStream(broker, publisher)));
}
