import { getOption, hasOption, type DescMethod } from "@bufbuild/protobuf";
import { access } from "@calends/contracts/calends/options/v1/options_pb";
import type { HandlerContext } from "@connectrpc/connect";
import { callOf } from "./call.ts";
import { toConnectError } from "./connect-errors.ts";
import { DomainError } from "./domain-error.ts";
import { unauthenticated, type Verifier } from "./identity.ts";
import { markEntered } from "./interceptors/entered.ts";
import { guardQuery } from "./limits/guard-query.ts";
import type { Observer } from "./observe.ts";

/** What a proto declares about who may call an RPC. */
export type AccessRule = { readonly kind: "public" } | { readonly kind: "scope"; readonly scope: string };

/** Least time that makes it worth starting on a request, in milliseconds. */
const leastMs = 100;

/**
 * Reads who may call an RPC from its proto. An RPC of ours that says nothing refuses everybody; health and reflection
 * are open, as orchestrators and tools expect.
 */
export function accessRule(method: DescMethod): AccessRule {
  if (!method.parent.typeName.startsWith("calends.")) {
    return { kind: "public" };
  }
  const { rule } = hasOption(method, access) ? getOption(method, access) : { rule: { case: undefined } };
  if (rule.case === "public" && rule.value) {
    return { kind: "public" };
  }
  return { kind: "scope", scope: rule.case === "scope" ? String(rule.value) : "" };
}

/**
 * The gate that every call passes before a byte of its body is read: trace, deadline, identity, scope. What it refuses
 * costs next to nothing and is logged like any other call.
 */
export function createGate(verifier: Verifier, observer: Observer): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    const call = callOf(context);
    context.responseHeader.set("x-request-id", call.requestId);
    try {
      refuseShortDeadline(context);
      const rule = accessRule(context.method);
      call.caller = await verifier.verify(context.requestHeader.get("authorization"));
      if (rule.kind === "scope") {
        requireScope(call.caller?.scopes, rule.scope);
      }
      await guardQuery(context);
    } catch (error) {
      const refusal = toConnectError(error);
      markEntered(context.values);
      observer.finished(context.method, call, refusal);
      throw refusal;
    }
  };
}

function requireScope(scopes: ReadonlySet<string> | undefined, scope: string): void {
  if (scopes === undefined) {
    throw unauthenticated();
  }
  if (scope === "" || !scopes.has(scope)) {
    throw new DomainError("denied", "MISSING_SCOPE", `the scope "${scope}" is required`, { metadata: { scope } });
  }
}

function refuseShortDeadline(context: HandlerContext): void {
  const leftMs = context.timeoutMs();
  if (leftMs !== undefined && leftMs < leastMs) {
    throw new DomainError("deadline", "DEADLINE_TOO_SHORT", `a deadline of at least ${leastMs} ms is required`);
  }
}
