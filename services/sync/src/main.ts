import { run } from "@calends/kit/run";
import { loadConfig } from "./config.ts";
import { startSync } from "./service.ts";

await run(() => loadConfig(process.env), startSync);
