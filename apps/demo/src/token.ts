import { join } from "node:path";
import { say } from "./say.ts";
import { writePrivate } from "./state.ts";

/** A token lives for twelve hours. */
const renewEveryMs = 3_600_000;

/** The token of the demo's caller, and the file in which printed commands read it. */
export interface DemoToken extends Disposable {
  readonly token: string;
  readonly file: string;
}

/** Writes a token to its file, and a new one again and again, so that the file's is good while the demo runs. */
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
