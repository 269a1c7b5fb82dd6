import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createKeyring, type Keyring } from "@calends/constellation/keys";

/** What has to stay the same from start to start, or links that were given out would end. */
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

/** The feeds' paths that earlier starts were told, by member. */
export async function readFeedPaths(directory: string): Promise<Record<string, string>> {
  const known = await readJson(join(directory, "feeds.json"));
  const entries = typeof known === "object" && known !== null ? Object.entries(known) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Keeps the feeds' paths, which are told only once. */
export async function keepFeedPaths(directory: string, paths: Readonly<Record<string, string>>): Promise<void> {
  await writePrivate(join(directory, "feeds.json"), JSON.stringify(paths, undefined, 2));
}

/** Writes the token of the demo's caller to where the printed commands read it; returns the file. */
export async function keepToken(directory: string, token: string): Promise<string> {
  const file = join(directory, "token");
  await writePrivate(file, token);
  return file;
}

/** The file is complete or not there: it appears by a rename. */
async function writePrivate(file: string, content: string): Promise<void> {
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
