import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createKeyring, internalSigner, type InternalCaller, type Keyring } from "@calends/constellation/keys";
import { createGrpcTransport, type GrpcTransport } from "@calends/kit/grpc-transport";
import { must } from "@calends/kit/must";
import { startNats, type NatsServer } from "@calends/local/nats";
import { cacheDir } from "@calends/local/paths";
import { startPostgres, type PostgresServer } from "@calends/local/postgres";
import { createNatsAccess } from "@calends/messaging/permissions";
import type { Interceptor } from "@connectrpc/connect";

/** Services in processes of their own on a Postgres that keeps its promises and a NATS of their own. */
export interface ServiceProcesses extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly keyring: Keyring;
  /** Starts a service with what every service needs and more; returns its port. */
  start(name: string, extra?: Readonly<Record<string, string>>): Promise<number>;
  /** A transport to a port, as a member of an organization with every scope of the benchmark. */
  connect(port: number, organizationId: string): GrpcTransport;
}

const scopes = [
  "slots:read",
  "calendars:read",
  "calendars:write",
  "types:read",
  "types:write",
  "bookings:read",
  "bookings:write",
  "series:read",
  "series:write",
  "recurring:read",
  "recurring:write",
];

/** Starts Postgres with fsync on, and NATS; disposal ends them and every service. */
export async function startServiceProcesses(): Promise<ServiceProcesses> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres({ durable: true }));
  const nats = stack.use(await startNats({ cacheDir: cacheDir(process.env), access: createNatsAccess() }));
  const keyring = await createKeyring();
  const signer = await internalSigner(keyring);
  const owned = stack.move();
  return {
    postgres,
    nats,
    keyring,
    async start(name, extra = {}) {
      const databaseUrl = await postgres.ensureDatabase(name.replaceAll("-", "_"));
      const child = spawn(process.execPath, [`services/${name}/src/main.ts`], {
        env: { ...environmentOf(name, keyring), DATABASE_URL: databaseUrl, NATS_URL: nats.urlOf(name), ...extra },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const kill = () => child.kill("SIGKILL");
      process.on("exit", kill);
      owned.defer(async () => {
        process.off("exit", kill);
        child.kill("SIGTERM");
        await once(child, "exit");
      });
      return new Promise<number>((resolve) => {
        createInterface({ input: must(child.stdout, "stdout") }).on("line", (line) => {
          const entry: { msg?: string; port?: number } = line.startsWith("{") ? JSON.parse(line) : {};
          if (entry.msg === "serving") {
            resolve(must(entry.port, "port"));
          }
        });
      });
    },
    connect: (port, organizationId) =>
      createGrpcTransport({ target: `ipv4:127.0.0.1:${port}`, interceptors: [asMember(signer, organizationId)] }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function environmentOf(name: string, keyring: Keyring) {
  return {
    PATH: process.env["PATH"],
    HOST: "127.0.0.1",
    PORT: "0",
    METRICS_PORT: "0",
    LOG_LEVEL: "info",
    TRUSTED_ISSUERS: JSON.stringify(keyring.trustedIssuers),
    SIGNING_KEY: JSON.stringify(must(keyring.signingKeys[name], `signing key of ${name}`)),
  };
}

function asMember(signer: InternalCaller, organizationId: string): Interceptor {
  return (next) => async (request) => {
    request.header.set("authorization", await signer.bearer({ organizationId, subject: "bench", scopes }));
    return next(request);
  };
}
