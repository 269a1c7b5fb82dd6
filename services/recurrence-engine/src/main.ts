import { run } from "@calends/kit/run";
import { loadConfig } from "./config.ts";
import { startRecurrenceEngine } from "./service.ts";

await run(() => loadConfig(process.env), startRecurrenceEngine);
