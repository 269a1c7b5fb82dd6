import { callOf } from "@calends/kit/call";
import type { HandlerContext } from "@connectrpc/connect";
import type { Asker } from "../compute/pool.ts";

/** Who asks for what a call works out. */
export function askerOf(context: HandlerContext): Asker {
  return { organizationId: callOf(context).caller?.organizationId ?? "", signal: context.signal };
}
