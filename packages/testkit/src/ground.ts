import type { Clock } from "@calends/kit/clock";
import { createGrpcTransport, type GrpcTransport, type GrpcTransportOptions } from "@calends/kit/grpc-transport";
import { createSigner, type Claims } from "@calends/kit/identity";
import { generateIssuerKeys } from "@calends/kit/keys";
import { must } from "@calends/kit/must";
import type { Interceptor } from "@connectrpc/connect";
import { createPrivateNats, createStreams } from "./nats.ts";
import { createServiceDatabase } from "./postgres.ts";

/** What one service stands on in a test: a database and a broker of its own, and a caller whom it trusts. */
export interface Ground extends AsyncDisposable {
  readonly databaseUrl: string;
  /** The broker's URL for the test, which may do everything; the service has a user of its own. */
  readonly natsUrl: string;
  /** The service's variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes the Authorization header of a call to the service, as another service of the company would. */
  readonly signer: { bearer(claims: Claims): Promise<string> };
  /** Connects to the service in the name of `claims`, or of nobody; closed with the ground. */
  connect(
    port: number,
    claims?: Claims | null,
    options?: Pick<GrpcTransportOptions, "defaultTimeoutMs">,
  ): GrpcTransport;
}

/** Makes what a service stands on; the clock is that of whoever calls it. */
export async function openGround(service: string, clock?: Clock): Promise<Ground> {
  await using stack = new AsyncDisposableStack();
  const nats = stack.use(await createPrivateNats());
  await createStreams(nats.url);
  const database = stack.use(await createServiceDatabase(service));
  const { signingKeys, trustedIssuers } = await generateIssuerKeys([service, "internal"]);
  const internal = await createSigner(must(signingKeys["internal"], "key"), clock);
  const signer = { bearer: (claims: Claims) => internal.bearer(claims, service) };
  const owned = stack.move();
  return {
    databaseUrl: database.url,
    natsUrl: nats.url,
    env: {
      PORT: "0",
      HOST: "127.0.0.1",
      LOG_LEVEL: "error",
      DATABASE_URL: database.url,
      NATS_URL: nats.urlOf(service),
      TRUSTED_ISSUERS: JSON.stringify(trustedIssuers),
      SIGNING_KEY: JSON.stringify(signingKeys[service]),
    },
    signer,
    connect(port, claims = null, options = {}) {
      const interceptors = claims === null ? [] : [inTheNameOf(signer, claims)];
      return owned.use(createGrpcTransport({ target: `ipv4:127.0.0.1:${port}`, interceptors, ...options }));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function inTheNameOf(signer: Ground["signer"], claims: Claims): Interceptor {
  return (next) => async (request) => {
    request.header.set("authorization", await signer.bearer(claims));
    return next(request);
  };
}
