import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startConstellation, type Constellation } from "@calends/constellation/constellation";
import { everyScope, providerToken, type Keyring } from "@calends/constellation/keys";
import { inWords } from "./failures.ts";
import { repositoryRoot } from "@calends/local/paths";
import { parseOptions, usage, type Options } from "./options.ts";
import { choosePorts, type Ports } from "./ports.ts";
import { say } from "./say.ts";
import type { ImportReport } from "./seed/bookings.ts";
import { createClients } from "./seed/clients.ts";
import { demoOrganizationId } from "./seed/ids.ts";
import { seed, type Seeded } from "./seed/seed.ts";
import { claim, openServers, startOver, type Servers } from "./servers.ts";
import { listenForStop, Stopped, type Stop } from "./signals.ts";
import { keepState, openSecrets, readTexts, type Secrets } from "./state.ts";
import { summarize } from "./summary.ts";
import { openToken } from "./token.ts";

const webRoot = join(repositoryRoot(), "apps/web/dist");

/** Starts everything on this machine, fills the demo organization, and runs until a signal comes. */
async function runDemo(options: Options, stop: Stop): Promise<void> {
  const { directory, fresh } = options;
  await using stack = new AsyncDisposableStack();
  await mkdir(directory, { recursive: true });
  stack.use(await claim(directory));
  if (fresh) {
    await startOver(directory);
  }
  const ports = await choosePorts(directory, say);
  const servers = await openServers(stack, directory, ports, process.env, stop.check);
  const secrets = await openSecrets(directory);
  say("starting the services");
  const constellation = stack.use(await openConstellation(servers, secrets, ports, fresh));
  stop.check();
  const { token, file: tokenFile } = stack.use(await openToken(directory, () => demoToken(secrets.keyring)));
  const { feedPaths, linkPaths } = await fillDemo(constellation, token, directory);
  stop.check();
  const { pageUrl: mailboxUrl = "", port: smtpPort } = servers.mailbox;
  const feedPath = feedPaths["ada"] ?? "";
  const hasPages = existsSync(webRoot);
  const running = { constellation, mailboxUrl, smtpPort, feedPath, linkPaths, tokenFile, directory, hasPages };
  process.stdout.write(summarize(running));
  await stop.asked;
  say("stopping");
}

async function openConstellation(
  servers: Servers,
  secrets: Secrets,
  ports: Ports,
  fresh: boolean,
): Promise<Constellation> {
  const { postgres, nats, mailbox } = servers;
  const isForeign = process.env["DATABASE_URL"] !== undefined;
  return startConstellation({
    databaseUrl: async (service) => {
      const name = `calends_${service.replaceAll("-", "_")}`;
      if (fresh && isForeign) {
        await postgres.dropDatabase(name);
      }
      return postgres.ensureDatabase(name);
    },
    natsUrl: nats.urlOf,
    smtpUrl: `smtp://127.0.0.1:${mailbox.port}`,
    ...secrets,
    ports,
    logLevel: process.env["LOG_LEVEL"] ?? "warn",
    ...(existsSync(webRoot) ? { webRoot } : {}),
  });
}

function demoToken(keyring: Keyring): Promise<string> {
  const claims = { organizationId: demoOrganizationId, subject: "demo", scopes: everyScope() };
  return providerToken(keyring, claims, new Date());
}

async function fillDemo(constellation: Constellation, token: string, directory: string): Promise<Seeded> {
  const clients = createClients(constellation.gatewayUrl, token);
  const known = await readTexts(directory, "feeds");
  const seeded = await seed({ clients, now: new Date(), feedPaths: known, onProgress: say });
  await keepState(directory, "feeds", seeded.feedPaths);
  tellImport(seeded.bookings);
  return seeded;
}

function tellImport({ created, known, refused }: ImportReport): void {
  say(`demo: ${created} bookings made, ${known} there already, ${refused.length} not possible`);
  for (const { event, why } of refused) {
    const at = "startMs" in event ? new Date(event.startMs).toISOString().slice(0, 16) : "";
    say(`demo: not booked: "${event.summary}" ${at}Z: ${why}`);
  }
}

async function main(args: readonly string[]): Promise<void> {
  // A terminal that is gone is no reason to end before everything is closed.
  process.stdout.on("error", () => {});
  const options = readOptions(args);
  if (options === undefined || options.help) {
    return;
  }
  try {
    await runDemo(options, listenForStop());
    say("stopped");
  } catch (error) {
    if (error instanceof Stopped) {
      say("stopped before everything ran");
      return;
    }
    process.exitCode = 1;
    process.stderr.write(`${inWords(error)}\n`);
  }
}

function readOptions(args: readonly string[]): Options | undefined {
  try {
    const options = parseOptions(args, process.env);
    process.stdout.write(options.help ? usage : "");
    return options;
  } catch (error) {
    process.exitCode = 64;
    process.stderr.write(`${inWords(error)}\n\n${usage}`);
    return undefined;
  }
}

await main(process.argv.slice(2));
