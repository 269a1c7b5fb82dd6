import { run } from "@calends/kit/run";
import { loadConfig } from "./config.ts";
import { startGateway } from "./service.ts";

await run(() => loadConfig(process.env), startGateway);
