/** Every zone × every day of 2026 to 2030 × four shifts: `npm run zones:hours`. Exits with 1 where anything differs. */
import { tzdbVersion } from "@calends/time/zone";
import { allZones, zoneDifferences } from "../test/_zone-hours.ts";

const zones = allZones();
let wrong = 0;
for (const [index, zone] of zones.entries()) {
  const differences = zoneDifferences(zone, 2026, 2031);
  wrong += differences.length;
  for (const difference of differences) {
    process.stdout.write(`${difference}\n`);
  }
  if (index % 20 === 0) {
    process.stdout.write(`${index + 1} of ${zones.length}: ${zone}\n`);
  }
}
process.stdout.write(`${zones.length} zones of tzdb ${tzdbVersion()}: ${wrong} differences\n`);
process.exitCode = wrong === 0 ? 0 : 1;
