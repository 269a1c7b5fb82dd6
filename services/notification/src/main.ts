import { run } from "@calends/kit/run";
import { loadConfig } from "./config.ts";
import { startNotification } from "./service.ts";

await run(() => loadConfig(process.env), startNotification);
