import { run } from "@calends/kit/run";
import { loadConfig } from "./config.ts";
import { startAvailability } from "./service.ts";

await run(() => loadConfig(process.env), startAvailability);
