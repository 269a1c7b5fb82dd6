import { fork } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { openGround } from "@calends/testkit/ground";
import { createClient, type CallOptions, type Client } from "@connectrpc/connect";

/** The engine in a process of its own, whose event loop is watched. */
export interface Watched extends AsyncDisposable {
  readonly sets: Client<typeof RecurrenceService>;
  readonly series: Client<typeof SeriesService>;
  options(timeoutMs?: number): Promise<CallOptions>;
  /** The processor time in milliseconds of the longest stretch for which the loop was held since it was asked last. */
  longestStretch(): Promise<number>;
}

interface Said {
  readonly port: number;
  readonly longestMs: number;
}

/** Starts the engine and watches it. */
export async function startWatched(): Promise<Watched> {
  const stack = new AsyncDisposableStack();
  const ground = stack.use(await openGround("recurrence-engine"));
  const child = fork(new URL("_watched.ts", import.meta.url), {
    execArgv: [],
    env: { PATH: process.env["PATH"], ...ground.env },
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the engine ended with ${String(code)}`);
  });
  stack.defer(async () => {
    child.disconnect();
    await ended.catch(() => undefined); // That it ends is what is wanted.
  });
  const said = async () => (await Promise.race([once(child, "message"), ended]))[0] as Said;
  const { port } = await said();
  const transport = ground.connect(port);
  const scopes = ["recurrence:read", "series:read", "series:write"];
  const organizationId = randomUUID();
  return {
    sets: createClient(RecurrenceService, transport),
    series: createClient(SeriesService, transport),
    async options(timeoutMs) {
      const authorization = await ground.signer.bearer({ organizationId, subject: "ann", scopes });
      return { headers: { authorization }, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    },
    async longestStretch() {
      child.send("how long");
      return (await said()).longestMs;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
