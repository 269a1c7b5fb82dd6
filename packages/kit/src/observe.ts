import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Call } from "./call.ts";
import { reasonOf } from "./connect-errors.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** Notes the end of every served RPC: one log line and one observation, however it ended. */
export interface Observer {
  /** Called once a call, with the error where there was one. */
  finished(method: DescMethod, call: Call, error?: ConnectError): void;
  /** Called where answering a request threw outside of any RPC: a bug, which must not end the process. */
  failed(error: unknown): void;
}

/** Makes the observer of one service instance. */
export function createObserver(logger: Logger, metrics: Metrics): Observer {
  return {
    finished(method, call, error) {
      const seconds = (performance.now() - call.startedAt) / 1000;
      const code = error === undefined ? "ok" : (Code[error.code] ?? "unknown");
      metrics.rpcSeconds.observe({ service: method.parent.typeName, method: method.name, code }, seconds);
      const fields = {
        rpc: `${method.parent.typeName}/${method.name}`,
        code,
        ms: Math.round(seconds * 10_000) / 10,
        requestId: call.requestId,
        traceId: call.trace.traceId,
        organizationId: call.caller?.organizationId ?? undefined,
        issuer: call.caller?.issuer,
        reason: reasonOf(error),
      };
      if (error === undefined) {
        logger.debug(fields, "rpc");
        return;
      }
      logger[levelOf(error.code)](
        error.code === Code.Internal ? { ...fields, err: error.cause } : fields,
        "rpc refused",
      );
    },
    failed(error) {
      logger.error({ err: error }, "a request could not be answered");
    },
  };
}

function levelOf(code: Code): "info" | "warn" | "error" {
  if (code === Code.Internal || code === Code.DataLoss || code === Code.Unknown) {
    return "error";
  }
  return code === Code.Unavailable || code === Code.DeadlineExceeded ? "warn" : "info";
}
