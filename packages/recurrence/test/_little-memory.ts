// Answers in a process that may hold little: see costs.test.ts.
import { compile } from "../src/index.ts";

const [, , text = "", fromMs = ""] = process.argv;
const set = compile(text);
const { starts } = set.between(Number(fromMs), Number(fromMs) + 86_400_000, { limit: 3 });
const answers = [set.next(Number(fromMs)), set.last(), set.count(), set.isEmpty, [...starts]];
process.stdout.write(JSON.stringify(answers));
