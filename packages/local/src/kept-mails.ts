import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseMail, type Mail } from "./mail.ts";

/** Mails in a directory, one file each. */
export interface KeptMails {
  /** Those of earlier starts, oldest first. */
  readonly mails: readonly Mail[];
  /** Keeps a mail for later starts. */
  keep(raw: Buffer, envelope: Mail["envelope"]): Promise<void>;
}

interface MailFile {
  readonly envelope: Mail["envelope"];
  /** The message as it went over the wire, in base64. */
  readonly raw: string;
}

/** Older mails than the last so many are deleted when the directory is opened. */
const mostKept = 1_000;

/** Reads the mails of a directory, which is made where there is none. Only its owner can read it. */
export async function openKeptMails(directory: string): Promise<KeptMails> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = (await readdir(directory)).filter((name) => /^\d{8}\.json$/.test(name)).toSorted();
  await Promise.all(names.slice(0, -mostKept).map((name) => rm(join(directory, name))));
  const mails = await Promise.all(names.slice(-mostKept).map((name) => readMail(join(directory, name))));
  let last = Number.parseInt(names.at(-1) ?? "0", 10);
  return {
    mails,
    async keep(raw, envelope) {
      last += 1;
      const path = join(directory, `${String(last).padStart(8, "0")}.json`);
      const file: MailFile = { envelope, raw: raw.toString("base64") };
      // The file appears by a rename, complete.
      await writeFile(`${path}.part`, JSON.stringify(file), { mode: 0o600 });
      await rename(`${path}.part`, path);
    },
  };
}

async function readMail(path: string): Promise<Mail> {
  const { envelope, raw } = JSON.parse(await readFile(path, "utf8")) as MailFile;
  return parseMail(Buffer.from(raw, "base64"), envelope);
}
