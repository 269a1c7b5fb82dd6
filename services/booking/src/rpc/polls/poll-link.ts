import { invalidManageLink } from "../../domain/errors.ts";
import type { Deps } from "../deps.ts";

/** Which poll a link is for. Throws INVALID_MANAGE_LINK for what was not made here. */
export function readPollLink({ pollLinks }: Pick<Deps, "pollLinks">, token: string) {
  const [organizationId, pollId, ...rest] = pollLinks.read(token);
  if (organizationId === undefined || pollId === undefined || rest.length > 0) {
    throw invalidManageLink();
  }
  return { organizationId, pollId };
}
