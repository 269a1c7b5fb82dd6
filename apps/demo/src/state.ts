import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createKeyring, type Keyring } from "@calends/constellation/keys";

/** Secrets that all starts share. If they changed, links that were given out earlier would stop working. */
export interface Secrets {
  readonly secret: string;
  readonly keyring: Keyring;
}

/** Reads the secrets kept in a directory, or makes them. Nobody but the owner can read the file. */
export async function openSecrets(directory: string): Promise<Secrets> {
  const file = join(directory, "secrets.json");
  const known = await readJson(file);
  if (known !== undefined) {
    if (!isSecrets(known)) {
      throw new Error(`${file} is not what a start writes. Delete it, or start over with --fresh.`);
    }
    return known;
  }
  const secrets: Secrets = { secret: randomBytes(32).toString("base64url"), keyring: await createKeyring() };
  await writePrivate(file, JSON.stringify(secrets, undefined, 2));
  return secrets;
}

/** What a start keeps for the next one: the paths of feeds, which the service tells only once, and the ports. */
export type StateName = "feeds" | "ports";

/** Reads the values that earlier starts kept under a name; empty if there are none. */
export async function readState(directory: string, name: StateName): Promise<Readonly<Record<string, unknown>>> {
  const known = await readJson(join(directory, `${name}.json`));
  return typeof known === "object" && known !== null ? (known as Record<string, unknown>) : {};
}

/** Reads as {@link readState} does, and returns only the values that are strings. */
export async function readTexts(directory: string, name: StateName): Promise<Record<string, string>> {
  const entries = Object.entries(await readState(directory, name));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Keeps values under a name for the next start. */
export async function keepState(directory: string, name: StateName, state: object): Promise<void> {
  await writePrivate(join(directory, `${name}.json`), JSON.stringify(state, undefined, 2));
}

/** Writes a file that only its owner can read. It is renamed into place, so a reader never sees part of it. */
export async function writePrivate(file: string, content: string): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, `${content}\n`, { mode: 0o600 });
  await rename(partial, file);
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") {
      throw error;
    }
  });
  return text === undefined ? undefined : JSON.parse(text);
}

function isSecrets(value: unknown): value is Secrets {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { secret, keyring } = value as Partial<Record<keyof Secrets, unknown>>;
  return typeof secret === "string" && typeof keyring === "object" && keyring !== null && "signingKeys" in keyring;
}
