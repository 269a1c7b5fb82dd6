import { readTwo } from "../../signed-ids.ts";
import type { Deps } from "../deps.ts";

/** Which poll a link is for. Throws INVALID_MANAGE_LINK for what was not made here. */
export function readPollLink({ pollLinks }: Pick<Deps, "pollLinks">, token: string) {
  const [organizationId, pollId] = readTwo(pollLinks, token);
  return { organizationId, pollId };
}
