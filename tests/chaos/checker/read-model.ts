import { mustBeNone, type Evidence, type Finding } from "./finding.ts";
import { differences } from "./overlaps.ts";

/** Availability's busy time is what booking's allocations are. */
export function checkReadModel({ data }: Evidence): Finding {
  return mustBeNone("read model that differs after settling", differences(data.allocations, data.busy));
}
