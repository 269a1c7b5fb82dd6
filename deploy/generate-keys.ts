// Makes every secret of an installation, fresh at each run, and prints them; nothing is written to disk and nothing is
// kept. `node deploy/generate-keys.ts` prints the environment of docker-compose.yml, with --kubernetes the Secrets that
// k8s/base refers to: `node deploy/generate-keys.ts --kubernetes | kubectl apply --filename -`.
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { generateIssuerKeys } from "@calends/kit/keys";
import { natsUsers, operator } from "@calends/messaging/permissions";
import { natsPasswordOf } from "./nats-users.ts";

const stores = ["availability", "booking", "notification", "recurrence-engine", "sync"] as const;
/** "internal" is for other services of the same company, which call the services directly. */
const issuers = [...stores, "gateway", "internal"] as const;

/** The secrets of one installation, by the names that docker-compose.yml gives them. */
export type Secrets = Readonly<Record<string, string>>;

/** What the Secrets for Kubernetes are made with. */
export interface KubernetesOptions {
  readonly namespace: string;
  /** "{database}", "{user}" and "{password}" stand for each service's own. */
  readonly databaseUrl: string;
  /** "{user}" and "{password}" stand for each service's own; a server without users has a URL without them. */
  readonly natsUrl: string;
  readonly smtpUrl: string;
}

/** The servers of k8s/overlays/local. */
export const localServers: KubernetesOptions = {
  namespace: "calends",
  databaseUrl: "postgres://{user}:{password}@postgres:5432/{database}",
  natsUrl: "nats://{user}:{password}@nats:4222",
  smtpUrl: "smtp://mailbox:1025",
};

/** Makes every secret. */
export async function generateSecrets(): Promise<Secrets> {
  const { signingKeys, trustedIssuers } = await generateIssuerKeys(issuers);
  const provider = await generateIssuerKeys(["identity-provider"]);
  const signing = issuers.map((name) => [`${upper(name)}_SIGNING_KEY`, JSON.stringify(signingKeys[name])]);
  const passwords = stores.map((name) => [`${upper(name)}_DATABASE_PASSWORD`, secret()]);
  // A letter first: a server of NATS reads a variable that looks like a number as one.
  const brokerPasswords = natsUsers.map(({ name }) => [natsPasswordOf(name), `n${secret()}`]);
  return {
    TRUSTED_ISSUERS: JSON.stringify(trustedIssuers),
    ...Object.fromEntries([...signing, ...passwords, ...brokerPasswords]),
    POSTGRES_PASSWORD: secret(),
    MANAGE_LINK_SECRET: secret(),
    FEED_SECRET: secret(),
    AUTH_ISSUER: "https://id.calends.localhost.example",
    AUTH_AUDIENCE: "calends",
    AUTH_JWKS: JSON.stringify(provider.trustedIssuers),
    IDENTITY_PROVIDER_KEY: JSON.stringify(provider.signingKeys["identity-provider"]),
  };
}

/** The secrets as a file of environment variables; no value has a quote in it. */
export function toComposeEnv(secrets: Secrets): string {
  return Object.entries(secrets)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
}

/** The secrets as the Secrets and the ConfigMap that k8s/base refers to. */
export function toKubernetes(secrets: Secrets, options: KubernetesOptions) {
  const { namespace, natsUrl, smtpUrl } = options;
  const read = (name: string): string => {
    const value = secrets[name];
    if (value === undefined) {
      throw new Error(`no secret ${name} was made`);
    }
    return value;
  };
  const natsUrlOf = (user: string) =>
    natsUrl.replaceAll("{user}", user).replaceAll("{password}", read(natsPasswordOf(user)));
  const store = (name: (typeof stores)[number], more: Record<string, string> = {}) => ({
    SIGNING_KEY: read(`${upper(name)}_SIGNING_KEY`),
    DATABASE_URL: options.databaseUrl
      .replaceAll("{user}", name.replaceAll("-", "_"))
      .replaceAll("{database}", name.replaceAll("-", "_"))
      .replaceAll("{password}", read(`${upper(name)}_DATABASE_PASSWORD`)),
    NATS_URL: natsUrlOf(name),
    ...more,
  });
  const passwords = ["POSTGRES_PASSWORD", ...stores.map((name) => `${upper(name)}_DATABASE_PASSWORD`)];
  const data = {
    availability: store("availability"),
    booking: store("booking", { MANAGE_LINK_SECRET: read("MANAGE_LINK_SECRET") }),
    notification: store("notification", { SMTP_URL: smtpUrl }),
    "recurrence-engine": store("recurrence-engine"),
    sync: store("sync", { FEED_SECRET: read("FEED_SECRET") }),
    gateway: { SIGNING_KEY: read("GATEWAY_SIGNING_KEY") },
    operator: { NATS_URL: natsUrlOf(operator) },
    nats: Object.fromEntries(natsUsers.map(({ name }) => [natsPasswordOf(name), read(natsPasswordOf(name))])),
    postgres: Object.fromEntries(passwords.map((name) => [name, read(name)])),
    "identity-provider": { IDENTITY_PROVIDER_KEY: read("IDENTITY_PROVIDER_KEY") },
  };
  const secretItems = Object.entries(data).map(([name, stringData]) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `calends-${name}`, namespace },
    stringData,
  }));
  const publicKeys = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "calends-public-keys", namespace },
    data: { TRUSTED_ISSUERS: read("TRUSTED_ISSUERS"), AUTH_JWKS: read("AUTH_JWKS") },
  };
  return { apiVersion: "v1", kind: "List", items: [...secretItems, publicKeys] };
}

function upper(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

function secret(): string {
  return randomBytes(32).toString("hex");
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      kubernetes: { type: "boolean", default: false },
      namespace: { type: "string", default: localServers.namespace },
      "database-url": { type: "string", default: localServers.databaseUrl },
      "nats-url": { type: "string", default: localServers.natsUrl },
      "smtp-url": { type: "string", default: localServers.smtpUrl },
    },
  });
  const secrets = await generateSecrets();
  const options = {
    namespace: values.namespace,
    databaseUrl: values["database-url"],
    natsUrl: values["nats-url"],
    smtpUrl: values["smtp-url"],
  };
  process.stdout.write(
    values.kubernetes ? `${JSON.stringify(toKubernetes(secrets, options), null, 2)}\n` : toComposeEnv(secrets),
  );
}
