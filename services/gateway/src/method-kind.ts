import type { DescMethod, DescMethodUnary } from "@bufbuild/protobuf";

/** Whether an RPC has one request and one response. */
export function isUnary(method: DescMethod): method is DescMethod & DescMethodUnary {
  return method.methodKind === "unary";
}
