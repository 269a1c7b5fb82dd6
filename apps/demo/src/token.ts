import { join } from "node:path";
import { say } from "./say.ts";
import { writePrivate } from "./state.ts";

/** Milliseconds after which the file gets a new token. A token is valid for twelve hours. */
const renewEveryMs = 3_600_000;

/** The token of the demo's caller, and the file from which the printed commands read it. */
export interface DemoToken extends Disposable {
  readonly token: string;
  readonly file: string;
}

/** Writes a token to its file, and a new one every hour, so that the file's token is valid while the demo runs. */
export async function openToken(
  directory: string,
  sign: () => Promise<string>,
  everyMs = renewEveryMs,
): Promise<DemoToken> {
  const file = join(directory, "token");
  const token = await sign();
  await writePrivate(file, token);
  const renew = async () => writePrivate(file, await sign());
  const timer = setInterval(() => {
    renew().catch((error: unknown) => say(`the token in ${file} could not be renewed: ${String(error)}`));
  }, everyMs);
  return { token, file, [Symbol.dispose]: () => clearInterval(timer) };
}
