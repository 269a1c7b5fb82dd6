import { loadConfig as loadAvailability } from "@calends/availability/config";
import { startAvailability } from "@calends/availability/service";
import { loadConfig as loadBooking } from "@calends/booking/config";
import { startBooking } from "@calends/booking/service";
import { loadConfig as loadGateway } from "@calends/gateway/config";
import { startGateway } from "@calends/gateway/service";
import { must } from "@calends/kit/must";
import type { Overrides, RunningService } from "@calends/kit/service";
import { freePort } from "@calends/local/ports";
import { loadConfig as loadNotification } from "@calends/notification/config";
import { startNotification } from "@calends/notification/service";
import { loadConfig as loadRecurrence } from "@calends/recurrence-engine/config";
import { startRecurrenceEngine } from "@calends/recurrence-engine/service";
import { loadConfig as loadSync } from "@calends/sync/config";
import { startSync } from "@calends/sync/service";
import { tokenAudience, tokenIssuer, type Keyring } from "./keys.ts";

/** The services, by the names of their folders. */
export type ServiceName = "availability" | "booking" | "gateway" | "notification" | "recurrence-engine" | "sync";

/** The real parts that the services run on, and what of them is wanted. */
export interface ConstellationOptions {
  /** Makes sure that a service's database exists; returns its URL. */
  readonly databaseUrl: (service: string) => Promise<string>;
  /** The URL of NATS for a service, with the service's own user where NATS has users. */
  readonly natsUrl: (service: string) => string;
  readonly smtpUrl: string;
  readonly keyring: Keyring;
  /** Signs manage links and feeds; the same at every start, or the links given out end. */
  readonly secret: string;
  /** Wanted ports; taken ones are replaced by free ones. */
  readonly ports?: Partial<Record<ServiceName, number>>;
  readonly bookingReplicas?: number;
  /** How long the mail of a first move waits for another move; notification's default where absent. */
  readonly moveMailDelaySeconds?: number;
  readonly webRoot?: string;
  readonly logLevel?: string;
  readonly overrides?: Overrides;
}

/** All services, running and serving in this process, each on its own port. */
export interface Constellation extends AsyncDisposable {
  readonly gatewayUrl: string;
  /** gRPC targets by service; that of booking names every replica. */
  readonly targets: Readonly<Record<ServiceName, string>>;
  /** Every running service; booking once a replica. */
  readonly services: readonly RunningService[];
  /** The environment of a service, for a test that starts another replica in a process of its own. */
  readonly environments: Readonly<Record<ServiceName, Record<string, string>>>;
}

/** Starts every service and waits until all serve. What fails to start closes what has started. */
export async function startConstellation(options: ConstellationOptions): Promise<Constellation> {
  await using stack = new AsyncDisposableStack();
  const { overrides = {} } = options;
  const services: RunningService[] = [];
  const environments = {} as Record<ServiceName, Record<string, string>>;
  const targets = {} as Record<ServiceName, string>;
  const gatewayPort = await freePort(options.ports?.gateway);
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
  // Sync asks availability, which starts beside it.
  const availabilityPorts = await choosePorts(options.ports?.availability);
  targets.availability = targetOf(availabilityPorts);
  // Availability, notification and sync ask booking, and it asks availability: its ports are known before either runs.
  const bookingPorts = await choosePorts(options.ports?.booking, options.bookingReplicas);
  targets.booking = targetOf(bookingPorts);

  const open = async <C>(
    name: ServiceName,
    load: (env: Record<string, string>) => C,
    start: (config: C, overrides: Overrides) => Promise<RunningService>,
    extra: Record<string, string>,
    chosenPorts?: readonly number[],
  ) => {
    const environment = { ...(await baseEnvironment(name, options)), ...extra };
    environments[name] = environment;
    const running: RunningService[] = [];
    for (const port of chosenPorts ?? [await freePort(options.ports?.[name])]) {
      running.push(stack.use(await start(load({ ...environment, PORT: String(port) }), overrides)));
    }
    services.push(...running);
    targets[name] = targetOf(running.map(({ port }) => port));
    await Promise.all(running.map(({ ready }) => ready));
  };

  await Promise.all([
    open("availability", loadAvailability, startAvailability, { BOOKING_TARGET: targets.booking }, availabilityPorts),
    open("recurrence-engine", loadRecurrence, startRecurrenceEngine, {}),
    open("notification", loadNotification, startNotification, {
      SMTP_URL: options.smtpUrl,
      MAIL_FROM: "bookings@calends.localhost.example",
      PUBLIC_URL: gatewayUrl,
      BOOKING_TARGET: targets.booking,
      ...(options.moveMailDelaySeconds === undefined
        ? {}
        : { MOVE_MAIL_DELAY_SECONDS: String(options.moveMailDelaySeconds) }),
    }),
    open("sync", loadSync, startSync, {
      FEED_SECRET: `feeds:${options.secret}`,
      AVAILABILITY_TARGET: targets.availability,
      BOOKING_TARGET: targets.booking,
    }),
  ]);
  const extra = {
    AVAILABILITY_TARGET: targets.availability,
    RECURRENCE_TARGET: targets["recurrence-engine"],
    MANAGE_LINK_SECRET: `manage:${options.secret}`,
  };
  await open("booking", loadBooking, startBooking, extra, bookingPorts);
  await open("gateway", loadGateway, startGateway, gatewayEnvironment(options, targets), [gatewayPort]);
  const owned = stack.move();
  return { gatewayUrl, targets, services, environments, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function choosePorts(preferred: number | undefined, count = 1): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => freePort(index === 0 ? preferred : undefined)));
}

function targetOf(ports: readonly number[]): string {
  return `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(",")}`;
}

async function baseEnvironment(name: ServiceName, options: ConstellationOptions): Promise<Record<string, string>> {
  return {
    HOST: "127.0.0.1",
    LOG_LEVEL: options.logLevel ?? "warn",
    METRICS_PORT: "0",
    TRUSTED_ISSUERS: JSON.stringify(options.keyring.trustedIssuers),
    SIGNING_KEY: JSON.stringify(must(options.keyring.signingKeys[name], `signing key of ${name}`)),
    ...(name === "gateway" ? {} : { DATABASE_URL: await options.databaseUrl(name), NATS_URL: options.natsUrl(name) }),
  };
}

function gatewayEnvironment(
  options: ConstellationOptions,
  targets: Readonly<Record<ServiceName, string>>,
): Record<string, string> {
  return {
    AVAILABILITY_TARGET: targets.availability,
    BOOKING_TARGET: targets.booking,
    NOTIFICATION_TARGET: targets.notification,
    RECURRENCE_TARGET: targets["recurrence-engine"],
    SYNC_TARGET: targets.sync,
    AUTH_ISSUER: tokenIssuer,
    AUTH_AUDIENCE: tokenAudience,
    AUTH_JWKS: JSON.stringify(options.keyring.providerKeys),
    CORS_ORIGINS: "*",
    ...(options.webRoot === undefined ? {} : { WEB_ROOT: options.webRoot }),
  };
}
