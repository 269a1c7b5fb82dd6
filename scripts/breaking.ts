// Fails when proto/ breaks a client of the released contract: that of BREAKING_AGAINST (any git ref), else of the
// latest tag v*. Before the first release there is nothing to break.
import { spawnSync } from "node:child_process";

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : undefined;
}

function releasedRef(): string | undefined {
  const wanted = process.env["BREAKING_AGAINST"];
  if (wanted !== undefined && wanted !== "") return wanted;
  return git("describe", "--tags", "--abbrev=0", "--match", "v*");
}

function main(): number {
  const ref = releasedRef();
  if (ref === undefined) {
    console.log("There is no released contract yet (no tag v*), so nothing can be broken.");
    return 0;
  }
  const commit = git("rev-parse", "--verify", `${ref}^{commit}`);
  if (commit === undefined || git("cat-file", "-e", `${commit}:buf.yaml`) === undefined) {
    console.error(`The ref ${ref} is not in this clone, or has no buf.yaml: name another in BREAKING_AGAINST.`);
    return 1;
  }
  const against = `${git("rev-parse", "--git-common-dir") ?? ".git"}#ref=${commit}`;
  const { status } = spawnSync("buf", ["breaking", "--against", against], { stdio: "inherit" });
  if (status === 0) console.log(`proto/ breaks no client of ${ref}.`);
  return status ?? 1;
}

process.exitCode = main();
