import { randomUUID } from "node:crypto";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { must } from "@calends/kit/must";
import type { Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { callRpc, servedNames } from "./_calls.ts";
import { asMember, targetOf, type TestConstellation } from "./_constellation.ts";
import { allScopes, contractMethods, isPublic } from "./_contract.ts";
import { isTree, placesIn, sampleTree, type Place, type Tree } from "./_samples.ts";
import { dayAhead } from "./_util.ts";
import type { World } from "./_world.ts";

/** One RPC that some service has by its own word, with a request that keeps all rules. */
export interface Subject {
  readonly method: DescMethod;
  readonly tree: Tree;
  readonly places: readonly Place[];
  /** Where its service is reached past the gateway. */
  readonly target: string;
  /** Headers with which the gateway lets the call through. */
  readonly headers: Readonly<Record<string, string>>;
  /** Calls the service over gRPC. */
  readonly call: (message: Message) => Promise<Message>;
  /** Calls the gateway over Connect. */
  readonly callGateway: (message: Message) => Promise<Message>;
}

let slots = 0;

/**
 * The subject's sample with what may be used once made new: request id, slug, and a slot of its own. Without it, one
 * refusal would hide the next.
 */
export function freshTree({ tree }: Subject): Tree {
  slots += 1;
  const startTime = timestampFromMs(dayAhead(10) + slots * 1_800_000);
  const { requestId, details, fields } = tree;
  return {
    ...tree,
    ...(requestId === undefined ? {} : { requestId: randomUUID() }),
    ...(tree["startTime"] === undefined ? {} : { startTime }),
    ...(isTree(details) ? { details: { ...details, startTime } } : {}),
    ...(isTree(fields) && "slug" in fields ? { fields: { ...fields, slug: `s-${randomUUID()}` } } : {}),
  };
}

/** Every RPC of every running service; disposal closes the connections. */
export async function openSubjects(
  sky: TestConstellation,
  { organizationId, known }: World,
): Promise<Disposable & { readonly all: readonly Subject[] }> {
  const stack = new DisposableStack();
  const interceptors = [asMember(sky.signer, organizationId, await allScopes())];
  const token = await sky.token({ organizationId });
  const gateway = createConnectTransport({ baseUrl: sky.gatewayUrl, useBinaryFormat: true });
  const methods = await contractMethods();
  const servers = new Map<string, { transport: Transport; names: string[] }>();
  for (const target of new Set(methods.map(({ parent }) => targetOf(sky, parent)))) {
    const transport = stack.use(createGrpcTransport({ target, interceptors }));
    servers.set(target, { transport, names: await servedNames(transport) });
  }
  const all = methods.flatMap((method): Subject[] => {
    const target = targetOf(sky, method.parent);
    const { transport, names } = must(servers.get(target), target);
    const tree = sampleTree(method.input, known);
    const headers: Record<string, string> = isPublic(method) ? {} : { authorization: `Bearer ${token}` };
    const subject: Subject = {
      method,
      tree,
      places: placesIn(method.input, tree),
      target,
      headers,
      call: (message) => callRpc(transport, method, message),
      callGateway: (message) => callRpc(gateway, method, message, headers),
    };
    return names.includes(method.parent.typeName) ? [subject] : [];
  });
  return { all, [Symbol.dispose]: () => stack.dispose() };
}
