// The engine in a process of its own, which says on request how long its event loop was held at a stretch.
import { loadConfig } from "../src/config.ts";
import { startRecurrenceEngine } from "../src/service.ts";

await using service = await startRecurrenceEngine(loadConfig(process.env));
await service.ready;

/** Processor time of the main thread, so that a machine busy with other things does not count. */
let before = process.threadCpuUsage();
let longestMs = 0;
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  longestMs = Math.max(longestMs, (user + system) / 1000);
}, 1);
process.on("message", () => {
  process.send?.({ longestMs });
  longestMs = 0;
});
process.send?.({ port: service.port });
await new Promise<void>((stop) => process.once("disconnect", stop));
process.exit();
