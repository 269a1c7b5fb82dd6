/** Every zone × 2020 to 2040 × 48 times of day: `npm run zones:recurrence`. Exits with 1 where anything differs. */
import { tzdbVersion } from "@calends/time/zone";
import { forgetOffsets } from "../test/oracle-zone.ts";
import { allZones, halfHours, zoneDifferences } from "../test/zones.ts";

const zones = allZones();
let wrong = 0;
for (const [index, zone] of zones.entries()) {
  const differences = zoneDifferences(zone, halfHours, 2020, 2041);
  wrong += differences.length;
  forgetOffsets(zone);
  for (const difference of differences) {
    process.stdout.write(`${difference}\n`);
  }
  if (index % 20 === 0) {
    process.stdout.write(`${index + 1} of ${zones.length}: ${zone}\n`);
  }
}
process.stdout.write(`${zones.length} zones of tzdb ${tzdbVersion()}: ${wrong} differences\n`);
process.exitCode = wrong === 0 ? 0 : 1;
