import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { createKeyring, internalSigner, type InternalCaller } from "@calends/constellation/keys";
import { createGrpcTransport, type GrpcTransport } from "@calends/kit/grpc-transport";
import { must } from "@calends/kit/must";
import { startMailbox, type Mailbox } from "@calends/local/mailbox";
import { startNats, type NatsServer } from "@calends/local/nats";
import { cacheDir } from "@calends/local/paths";
import { freePort } from "@calends/local/ports";
import { startPostgres, type PostgresServer } from "@calends/local/postgres";
import { createNatsAccess } from "@calends/messaging/permissions";
import { createProxy, type Proxy } from "@calends/testkit/proxy";
import { createClient, type Client, type Interceptor } from "@connectrpc/connect";
import { allScopes, ownerOf } from "../e2e/_contract.ts";
import { openReplicas, serviceNames, type Replica, type ServiceName } from "./replicas.ts";

/** The real parts that all services run on, and their replicas. */
export interface Parts extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly natsPid: () => Promise<number>;
  readonly mailbox: Mailbox;
  readonly replicas: readonly Replica[];
  /** Where visitors come in. */
  readonly gatewayUrl: string;
  /** How each service reaches its database and NATS; the runner itself goes past them. */
  readonly ways: readonly Way[];
  databaseUrl(service: ServiceName): string;
  /** A client over gRPC with every scope; of all replicas where no target is named. */
  client<S extends DescService>(service: S, organizationId: string, target?: string): Client<S>;
}

/** A way of the network on which a service depends. */
export interface Way {
  readonly label: string;
  readonly proxy: Proxy;
}

/** Starts everything; disposal ends all of it. `durable` makes what Postgres has acknowledged outlive its end. */
export async function startParts(durable: boolean): Promise<Parts> {
  await using stack = new AsyncDisposableStack();
  const storeDir = await mkdtemp(join(tmpdir(), "calends-chaos-nats-"));
  stack.defer(() => rm(storeDir, { recursive: true, force: true }));
  const [postgresPort, natsPort] = await Promise.all([freePort(), freePort()]);
  const [postgres, nats, mailbox, keyring, scopes] = await Promise.all([
    startPostgres({ durable, port: postgresPort }).then((server) => stack.use(server)),
    startNats({ cacheDir: cacheDir(process.env), storeDir, port: natsPort, access: createNatsAccess() }).then(
      (server) => stack.use(server),
    ),
    startMailbox().then((server) => stack.use(server)),
    createKeyring(),
    allScopes(),
  ]);
  const urls = new Map<string, string>();
  for (const name of serviceNames) {
    urls.set(name, await postgres.ensureDatabase(name.replaceAll("-", "_")));
  }
  const ways: Way[] = [];
  const wayTo = async (label: string, url: string) => {
    const proxy = stack.use(await createProxy(url));
    await proxy.open();
    ways.push({ label, proxy });
    return proxy.url;
  };
  const [reachable, natsUrls] = [new Map<string, string>(), new Map<string, string>()];
  for (const [name, url] of urls) {
    reachable.set(name, await wayTo(`${name} from Postgres`, url));
    natsUrls.set(name, await wayTo(`${name} from NATS`, nats.urlOf(name)));
  }
  const natsUrl = (service: string) => must(natsUrls.get(service), `NATS for ${service}`);
  const replicas = await openReplicas(stack, { urls: reachable, keyring, natsUrl, mailPort: mailbox.port });
  const signer = await internalSigner(keyring);
  const clientOf = clients(stack, replicas, signer, scopes);
  const owned = stack.move();
  return {
    postgres,
    nats,
    natsPid: async () => Number(await readFile(join(storeDir, "nats-server.pid"), "utf8")),
    mailbox,
    replicas,
    ways,
    gatewayUrl: gatewayOf(replicas),
    databaseUrl: (service) => must(urls.get(service), `database of ${service}`),
    client: clientOf,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function gatewayOf(replicas: readonly Replica[]): string {
  const gateway = replicas.find(({ name }) => name === "gateway");
  return must(gateway, "gateway").target.replace("ipv4:", "http://");
}

function clients(
  stack: AsyncDisposableStack,
  replicas: readonly Replica[],
  signer: InternalCaller,
  scopes: readonly string[],
): Parts["client"] {
  const transports = new Map<string, GrpcTransport>();
  stack.defer(() => transports.forEach((transport) => transport[Symbol.dispose]()));
  return (service, organizationId, target) => {
    const owner = ownerOf(service);
    const replica = replicas.find(({ name }) => name === owner);
    const where = target ?? must(replica, `replica of ${owner}`).target;
    const key = `${organizationId} ${where}`;
    const sign: Interceptor = (next) => async (request) => {
      request.header.set("authorization", await signer.bearer({ organizationId, subject: "chaos", scopes }));
      return next(request);
    };
    const interceptors = [sign];
    // Making the world may take long on a busy machine; a client of the run asks another replica instead.
    const defaultTimeoutMs = target === undefined ? 60_000 : 6_000;
    const made = transports.get(key) ?? createGrpcTransport({ target: where, interceptors, defaultTimeoutMs });
    transports.set(key, made);
    return createClient(service, made);
  };
}

/** The booking replicas. */
export function bookingReplicas({ replicas }: Parts): Replica[] {
  return replicas.filter(({ name }) => name === "booking");
}
