import { randomBytes } from "node:crypto";
import type { DescService } from "@bufbuild/protobuf";
import { startConstellation, type Constellation } from "@calends/constellation/constellation";
import {
  createKeyring,
  internalSigner,
  providerToken,
  type InternalCaller,
  type Keyring,
} from "@calends/constellation/keys";
import { systemClock, type Clock } from "@calends/kit/clock";
import { createGrpcTransport, type GrpcTransport } from "@calends/kit/grpc-transport";
import type { Claims } from "@calends/kit/identity";
import { must } from "@calends/kit/must";
import { startMailbox, type Mailbox } from "@calends/local/mailbox";
import type { NatsServer } from "@calends/local/nats";
import { createPrivateNats } from "@calends/testkit/nats";
import { createServiceDatabase } from "@calends/testkit/postgres";
import { createClient, type Client, type Interceptor } from "@connectrpc/connect";
import { allScopes, ownerOf } from "./_contract.ts";

/** What of a constellation differs from the usual. */
export interface TestConstellationOptions {
  readonly bookingReplicas?: number;
  /** How long the mail of a first move waits for another move; as in production where absent. */
  readonly moveMailDelaySeconds?: number;
  readonly webRoot?: string;
  readonly clock?: Clock;
}

/** All services on real parts of the test's own. */
export interface TestConstellation extends Constellation {
  readonly nats: NatsServer;
  readonly mailbox: Mailbox;
  readonly keyring: Keyring;
  /** Signs as another service of the company. */
  readonly signer: InternalCaller;
  /** URL of a service's own database. */
  databaseUrl(service: string): string;
  /** A client over gRPC, past the gateway, with every scope, for an organization. */
  client<S extends DescService>(service: S, organizationId: string, target?: string): Client<S>;
  /** A token as callers bring it to the gateway; every scope when none is named. */
  token(claims: Pick<Claims, "organizationId"> & Partial<Claims>): Promise<string>;
}

/** Starts every service, and what they run on; disposal ends all of it. */
export async function startTestConstellation(options: TestConstellationOptions = {}): Promise<TestConstellation> {
  await using stack = new AsyncDisposableStack();
  const clock = options.clock ?? systemClock;
  const urls = new Map<string, string>();
  const databaseUrl = async (service: string) => {
    const { url } = stack.use(await createServiceDatabase(service));
    urls.set(service, url);
    return url;
  };
  const [nats, mailbox, keyring, scopes] = await Promise.all([
    createPrivateNats().then((server) => stack.use(server)),
    startMailbox().then((server) => stack.use(server)),
    createKeyring(),
    allScopes(),
  ]);
  const signer = await internalSigner(keyring, clock);
  const constellation = stack.use(
    await startConstellation({
      databaseUrl,
      natsUrl: nats.urlOf,
      smtpUrl: `smtp://127.0.0.1:${mailbox.port}`,
      keyring,
      secret: randomBytes(24).toString("hex"),
      logLevel: process.env["TEST_LOG_LEVEL"] ?? "silent",
      overrides: options.clock === undefined ? {} : { clock },
      ...(options.bookingReplicas === undefined ? {} : { bookingReplicas: options.bookingReplicas }),
      ...(options.moveMailDelaySeconds === undefined ? {} : { moveMailDelaySeconds: options.moveMailDelaySeconds }),
      ...(options.webRoot === undefined ? {} : { webRoot: options.webRoot }),
    }),
  );
  const transports = new Map<string, GrpcTransport>();
  stack.defer(() => transports.forEach((transport) => transport[Symbol.dispose]()));
  const owned = stack.move();
  return {
    ...constellation,
    nats,
    mailbox,
    keyring,
    signer,
    databaseUrl: (service) => must(urls.get(service), `database of ${service}`),
    client(service, organizationId, target = targetOf(constellation, service)) {
      const key = `${organizationId} ${target}`;
      const interceptors = [asMember(signer, organizationId, scopes)];
      const transport = transports.get(key) ?? createGrpcTransport({ target, interceptors, defaultTimeoutMs: 60_000 });
      transports.set(key, transport);
      return createClient(service, transport);
    },
    token: (claims) => providerToken(keyring, { subject: "tester", scopes, ...claims }, clock.now()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Where a service of the contract is reached past the gateway. */
export function targetOf({ targets }: Pick<Constellation, "targets">, service: DescService): string {
  const owner = ownerOf(service);
  return must(Object.entries(targets).find(([name]) => name === owner)?.[1], `target of ${owner}`);
}

/** Puts an internal token on each call. */
export function asMember(
  signer: InternalCaller,
  organizationId: string | null,
  scopes: readonly string[],
): Interceptor {
  return (next) => async (request) => {
    request.header.set("authorization", await signer.bearer({ organizationId, subject: "tester", scopes }));
    return next(request);
  };
}
