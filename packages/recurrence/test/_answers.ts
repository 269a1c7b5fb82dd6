import { compile } from "../src/index.ts";
import { cases } from "./cases.ts";

const answers = cases.map(([, lines]) => [...compile(lines.replaceAll("|", "\n")).first(9)]);
process.stdout.write(JSON.stringify(answers));
