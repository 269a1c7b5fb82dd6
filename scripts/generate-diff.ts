// Fails when the committed code in packages/contracts/src/gen is not what `npm run generate` makes of proto/.
import { spawnSync } from "node:child_process";

const GENERATED = "packages/contracts/src/gen";

function git(...args: string[]): { status: number | null; output: string } {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return { status, output: stdout };
}

const changed = git("diff", "--exit-code", "--stat", "HEAD", "--", GENERATED);
const untracked = git("ls-files", "--others", "--exclude-standard", "--", GENERATED);
if (changed.status !== 0 || untracked.status !== 0 || untracked.output !== "") {
  console.error(`${changed.output}${untracked.output}`);
  console.error(`${GENERATED} differs from what the .proto files say: run \`npm run generate\` and commit the result.`);
  process.exitCode = 1;
} else {
  console.log(`${GENERATED} is what the .proto files say.`);
}
