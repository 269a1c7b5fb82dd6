import { run } from "@calends/kit/run";
import { loadConfig } from "./config.ts";
import { startBooking } from "./service.ts";

await run(() => loadConfig(process.env), startBooking);
