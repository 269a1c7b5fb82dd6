import { startNats } from "@calends/local/nats";
import type { NatsServer } from "@calends/local/nats";
import { cacheDir } from "@calends/local/paths";
import { inject } from "vitest";
import type { Provided } from "./provided.ts";

/** The URL of the NATS server that all tests of a run share; use a subject or stream prefix of the test's own. */
export function sharedNatsUrl(): string {
  return inject("natsUrl" satisfies keyof Provided);
}

/** Starts a NATS server of the test's own, to stop, kill and restart. */
export async function createPrivateNats(): Promise<NatsServer> {
  return startNats({ cacheDir: cacheDir(process.env) });
}
