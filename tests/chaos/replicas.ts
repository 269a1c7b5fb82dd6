import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { tokenAudience, tokenIssuer, type Keyring } from "@calends/constellation/keys";
import { must } from "@calends/kit/must";
import { freePort } from "@calends/local/ports";
import { spawnService, type ServiceProcess } from "../e2e/_processes.ts";

/** The services that take part and have a database. */
export const serviceNames = ["availability", "booking", "notification", "recurrence-engine"] as const;
/** One of them. */
export type ServiceName = (typeof serviceNames)[number];

/** What runs in a process: a service, or the gateway in front of them. */
export type ProcessName = ServiceName | "gateway";

const processNames: readonly ProcessName[] = [...serviceNames, "gateway"];

/** A service in a process of its own on a port that it keeps, and how wrong its clock is. */
export interface Replica {
  readonly name: ProcessName;
  readonly label: string;
  readonly target: string;
  readonly skewMs: number;
  /** The process of the moment; another after each restart. */
  process(): ServiceProcess;
  /** Starts it again; the old process must have ended. */
  restart(): void;
}

const startMs = 120_000;

/** How many replicas of each service run, and by how much the clock of each of them is wrong, in milliseconds. */
const skews: Readonly<Record<ProcessName, readonly number[]>> = {
  availability: [-900],
  booking: [0, 2_500, -2_500],
  notification: [1_500],
  "recurrence-engine": [0],
  gateway: [0],
};

/** What services run on. */
export interface Surroundings {
  readonly urls: ReadonlyMap<string, string>;
  readonly keyring: Keyring;
  readonly natsUrl: (service: string) => string;
  readonly mailPort: number;
}

/** Starts every replica and waits until all serve; the stack ends them. */
export async function openReplicas(stack: AsyncDisposableStack, around: Surroundings): Promise<Replica[]> {
  const free = await Promise.all(processNames.flatMap((name) => skews[name].map(() => freePort())));
  const ports = new Map(processNames.map((name) => [name, free.splice(0, skews[name].length)]));
  const targetOf = (name: ProcessName) => `ipv4:${(ports.get(name) ?? []).map((p) => `127.0.0.1:${p}`).join(",")}`;
  const secrets = {
    MANAGE_LINK_SECRET: randomBytes(24).toString("hex"),
    AVAILABILITY_TARGET: targetOf("availability"),
    BOOKING_TARGET: targetOf("booking"),
    RECURRENCE_TARGET: targetOf("recurrence-engine"),
    NOTIFICATION_TARGET: targetOf("notification"),
    SYNC_TARGET: targetOf("booking"), // There is no sync, and nobody asks for feeds.
    AUTH_ISSUER: tokenIssuer,
    AUTH_AUDIENCE: tokenAudience,
    AUTH_JWKS: JSON.stringify(around.keyring.providerKeys),
    SMTP_URL: `smtp://127.0.0.1:${around.mailPort}`,
    MAIL_FROM: "bookings@calends.localhost.example",
    PUBLIC_URL: "http://127.0.0.1",
    // The checker looks for the mail of every last change as soon as the load is over.
    MOVE_MAIL_DELAY_SECONDS: "0",
  };
  const replicas = processNames.flatMap((name) =>
    skews[name].map((skewMs, index) => {
      const port = must(ports.get(name)?.[index], "port");
      return openReplica(stack, name, index, port, skewMs, { ...secrets, ...environment(name, around) });
    }),
  );
  await Promise.all(replicas.map(serving));
  return replicas;
}

async function serving(replica: Replica): Promise<void> {
  const deadline = Date.now() + startMs;
  for (;;) {
    // A busy machine may take longer than a test would wait.
    const port = await replica
      .process()
      .serving()
      .catch((error: unknown) => {
        if (Date.now() > deadline) {
          throw error;
        }
      });
    if (port !== undefined && !Number.isNaN(port)) {
      return;
    }
    if (port !== undefined) {
      throw new Error(`${replica.label} did not start:\n${replica.process().output()}`);
    }
  }
}

function openReplica(
  stack: AsyncDisposableStack,
  name: ProcessName,
  index: number,
  port: number,
  skewMs: number,
  variables: Readonly<Record<string, string>>,
): Replica {
  const start = () =>
    spawnService(name, {
      ...variables,
      PORT: String(port),
      CHAOS_CLOCK_SKEW_MS: String(skewMs),
      ...(skewMs === 0 ? {} : { NODE_OPTIONS: `--import=${join(import.meta.dirname, "skew.ts")}` }),
    });
  let current = start();
  stack.defer(() => current[Symbol.asyncDispose]());
  return {
    name,
    label: `${name}-${index + 1}`,
    target: `ipv4:127.0.0.1:${port}`,
    skewMs,
    process: () => current,
    restart: () => void (current = start()),
  };
}

function environment(name: ProcessName, { urls, keyring, natsUrl }: Surroundings): Record<string, string> {
  return {
    TRUSTED_ISSUERS: JSON.stringify(keyring.trustedIssuers),
    SIGNING_KEY: JSON.stringify(must(keyring.signingKeys[name], `signing key of ${name}`)),
    ...(name === "gateway" ? {} : { DATABASE_URL: must(urls.get(name), "database"), NATS_URL: natsUrl(name) }),
  };
}
