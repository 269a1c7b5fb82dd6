import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig as loadAvailability } from "@calends/availability/config";
import { loadConfig as loadBooking } from "@calends/booking/config";
import { loadConfig as loadGateway } from "@calends/gateway/config";
import { MAX_PAYLOAD_BYTES } from "@calends/local/nats";
import { findNatsServer } from "@calends/local/nats-binary";
import { cacheDir, repositoryRoot } from "@calends/local/paths";
import { freePort } from "@calends/local/ports";
import { natsUsers } from "@calends/messaging/permissions";
import { loadConfig as loadNotification } from "@calends/notification/config";
import { loadConfig as loadRecurrence } from "@calends/recurrence-engine/config";
import { loadConfig as loadSync } from "@calends/sync/config";
import { until } from "@calends/testkit/until";
import { connect } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { generateSecrets, localServers, toComposeEnv, toKubernetes } from "../deploy/generate-keys.ts";
import { natsPasswordOf, natsUsersConf } from "../deploy/nats-users.ts";

type Environment = Record<string, string>;

const loaders = {
  availability: loadAvailability,
  booking: loadBooking,
  gateway: loadGateway,
  notification: loadNotification,
  "recurrence-engine": loadRecurrence,
  sync: loadSync,
};
const names = Object.keys(loaders) as (keyof typeof loaders)[];

const secrets = await generateSecrets();

test.each(names)("compose gives %s every variable that it demands", (name) => {
  const { services } = readYaml<{ services: Record<string, { environment?: Environment }> }>("docker-compose.yml");
  const environment = services[name]?.environment ?? {};
  const env = Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, interpolate(value, parseEnv(toComposeEnv(secrets)))]),
  );
  expect(() => loaders[name](here(env))).not.toThrow();
});

test("compose demands no variable that the key script does not make", () => {
  const made = Object.keys(secrets);
  const demanded = [...readText("docker-compose.yml").matchAll(/\$\{(\w+):\?/g)].map(([, variable]) => variable);
  expect(made).toEqual(expect.arrayContaining(demanded));
  expect(demanded.length).toBeGreaterThan(names.length);
});

test("the key script makes other secrets at each run, of which no value would end its own quotes", async () => {
  const others = await generateSecrets();
  const repeated = Object.entries(secrets).filter(([key, value]) => others[key] === value);
  expect(repeated.map(([key]) => key)).toEqual(["AUTH_ISSUER", "AUTH_AUDIENCE"]);
  expect(Object.values(secrets).join("")).not.toMatch(/['$#\n]/);
});

const overlays = {
  local: ["components/backing-services", "overlays/local"],
  production: ["overlays/production"],
};

const cases = names.flatMap((name) => [
  { name, overlay: "local" as const },
  { name, overlay: "production" as const },
]);

test.each(cases)("the $overlay overlay gives $name every variable that it demands", ({ name, overlay }) => {
  const folders = overlays[overlay].map((folder) => readYaml<Kustomization>(`k8s/${folder}/kustomization.yaml`));
  const kustomizations = [readYaml<Kustomization>("k8s/base/kustomization.yaml"), ...folders];
  const maps = [...kustomizations.flatMap(generatedMaps), ...madeObjects()];
  const [base] = containersOf(readDocuments(`k8s/base/${name}.yaml`), name);
  const patches = kustomizations.flatMap(({ patches: list = [] }) =>
    list.flatMap(({ patch }) => containersOf([parse(patch)], name)),
  );
  const env = [base, ...patches].reduce((sum, container) => ({ ...sum, ...environmentOf(container, maps) }), {});
  expect(() => loaders[name](here(env))).not.toThrow();
});

test.each(names)("%s runs restricted, is probed by gRPC, and may drain before it is killed", (name) => {
  const documents = readDocuments(`k8s/base/${name}.yaml`);
  const deployment = documents.find(({ kind }) => kind === "Deployment");
  const [container] = containersOf(documents, name);
  const pod = deployment?.spec?.template?.spec;
  expect(documents.map(({ kind }) => kind).sort()).toEqual([
    "Deployment",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "Service",
    "ServiceAccount",
  ]);
  expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
  expect(container).toMatchObject({
    args: [name],
    readinessProbe: { grpc: { port: 8080 } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  });
  const literals = readYaml<Kustomization>("k8s/base/kustomization.yaml").configMapGenerator?.[0]?.literals ?? [];
  const drainMs = Number(parseEnv(literals.join("\n"))["DRAIN_TIMEOUT_MS"]);
  const pauseSeconds = container?.lifecycle?.preStop.sleep.seconds ?? 0;
  expect((pod?.terminationGracePeriodSeconds ?? 0) * 1000).toBeGreaterThan(drainMs + pauseSeconds * 1000 + 5_000);
});

test("the files that kustomize may not read from deploy/ are the same in k8s/", () => {
  const local = "k8s/components/backing-services";
  expect(readText(`${local}/nats.conf`)).toBe(readText("deploy/nats.conf"));
  expect(readText(`${local}/nats-users.conf`)).toBe(readText("deploy/nats-users.conf"));
  expect(readText(`${local}/create-databases.sh`)).toBe(readText("deploy/postgres/create-databases.sh"));
});

test("the users of NATS are those that follow from the events which services publish and consume", () => {
  expect(readText("deploy/nats-users.conf")).toBe(natsUsersConf());
});

test("each service is given its own user of NATS, and the servers every user's password, in Compose and in Kubernetes", () => {
  const { services } = readYaml<{ services: Record<string, { environment?: Environment }> }>("docker-compose.yml");
  const env = parseEnv(toComposeEnv(secrets));
  const items = madeObjects();
  const passwords = items.find(({ kind, name }) => kind === "Secret" && name === "calends-nats")?.values ?? {};
  for (const { name } of natsUsers) {
    const password = secrets[natsPasswordOf(name)];
    const url = `nats://${name}:${password}@nats:4222`;
    const service = name === "operator" ? "operate" : name;
    expect(interpolate(services[service]?.environment?.["NATS_URL"] ?? "", env)).toBe(url);
    expect(items.find((item) => item.name === `calends-${name}`)?.values["NATS_URL"]).toBe(url);
    expect(interpolate(services["nats"]?.environment?.[natsPasswordOf(name)] ?? "", env)).toBe(password);
    expect(passwords[natsPasswordOf(name)]).toBe(password);
  }
});

test("a server of NATS takes deploy/nats.conf, and lets in who has a password", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "calends-nats-conf-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const conf = readText("deploy/nats.conf")
    .replace("port: 4222", `listen: "127.0.0.1:${port}"`)
    .replace("http_port: 8222", "")
    .replace("/data", JSON.stringify(join(folder, "data")));
  await writeFile(join(folder, "nats.conf"), conf);
  await copyFile(join(repositoryRoot(), "deploy/nats-users.conf"), join(folder, "nats-users.conf"));
  const command = await findNatsServer({ cacheDir: cacheDir(process.env) });
  const server = spawn(command, ["--config", join(folder, "nats.conf")], { env: secrets, stdio: "ignore" });
  stack.defer(async () => {
    server.kill("SIGTERM");
    await once(server, "exit");
  });
  const servers = `127.0.0.1:${port}`;
  const user = { user: "booking", pass: secrets["BOOKING_NATS_PASSWORD"] ?? "" };
  const connection = await until("it listens", () => connect({ servers, ...user }).catch(() => undefined));
  await connection?.close();
  await expect(connect({ servers, maxReconnectAttempts: 0 })).rejects.toThrow(/authorization violation/i);
}, 60_000);

test.each(["deploy/nats.conf", "deploy/nats.production.conf"])("%s takes messages as large as tests do", (path) => {
  const [, mebibytes] = /^max_payload: (\d+)MB$/m.exec(readText(path)) ?? [];
  expect(Number(mebibytes) * 1024 * 1024).toBe(MAX_PAYLOAD_BYTES);
});

interface Container {
  readonly name: string;
  readonly env?: readonly {
    name: string;
    value?: string;
    valueFrom?: { configMapKeyRef: { name: string; key: string } };
  }[];
  readonly envFrom?: readonly { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  readonly lifecycle?: { preStop: { sleep: { seconds: number } } };
}

interface Pod {
  readonly containers?: readonly Container[];
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: unknown;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly template?: { readonly spec: Pod } };
}

interface Kustomization {
  readonly configMapGenerator?: readonly { name: string; literals?: readonly string[] }[];
  readonly patches?: readonly { patch: string }[];
}

/** A Secret or ConfigMap, of which kustomize merges those of one name. */
interface Values {
  readonly kind: string;
  readonly name: string;
  readonly values: Environment;
}

function generatedMaps({ configMapGenerator = [] }: Kustomization): Values[] {
  return configMapGenerator.map(({ name, literals = [] }) => {
    return { kind: "ConfigMap", name, values: parseEnv(literals.join("\n")) };
  });
}

function madeObjects(): Values[] {
  return toKubernetes(secrets, localServers).items.map(({ kind, metadata, ...object }) => {
    const values = "stringData" in object ? object.stringData : object.data;
    return { kind, name: metadata.name, values: { ...values } };
  });
}

function environmentOf(container: Container | undefined, maps: readonly Values[]): Environment {
  const valuesOf = (kind: string, wanted: string): Environment => {
    const found = maps.filter((map) => map.kind === kind && map.name === wanted);
    expect(found, `${kind} ${wanted}`).not.toEqual([]);
    return Object.assign({}, ...found.map(({ values }) => values));
  };
  const env: Environment = {};
  for (const { configMapRef, secretRef } of container?.envFrom ?? []) {
    Object.assign(env, configMapRef === undefined ? {} : valuesOf("ConfigMap", configMapRef.name));
    Object.assign(env, secretRef === undefined ? {} : valuesOf("Secret", secretRef.name));
  }
  for (const { name, value, valueFrom } of container?.env ?? []) {
    const { configMapKeyRef } = valueFrom ?? {};
    env[name] =
      value ?? (configMapKeyRef ? (valuesOf("ConfigMap", configMapKeyRef.name)[configMapKeyRef.key] ?? "") : "");
  }
  return env;
}

function containersOf(documents: readonly (Manifest | unknown[])[], name: string): Container[] {
  return documents.flatMap((document) =>
    // A JSON patch is a list, and touches no container.
    !Array.isArray(document) && document.kind === "Deployment" && document.metadata.name === name
      ? (document.spec?.template?.spec.containers ?? [])
      : [],
  );
}

/** The environment with a folder of this checkout in place of the image's built pages: both have an index.html. */
function here(env: Environment): Environment {
  const page = join(repositoryRoot(), "apps/web");
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === "/app/apps/web/dist" ? page : value]),
  );
}

/** The forms of interpolation that docker-compose.yml uses. */
function interpolate(text: string, env: Environment): string {
  return text.replaceAll(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_whole, name: string, rest = "") => env[name] ?? rest);
}

function parseEnv(text: string): Environment {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", value = ""] = line.split(/=(.*)/s, 2);
      return [name, value.replace(/^'(.*)'$/s, "$1")];
    }),
  );
}

function readText(path: string): string {
  return readFileSync(join(repositoryRoot(), path), "utf8");
}

function readYaml<T>(path: string): T {
  return parse(readText(path), { merge: true }) as T;
}

function readDocuments(path: string): Manifest[] {
  return parseAllDocuments(readText(path)).map((document) => document.toJS() as Manifest);
}
