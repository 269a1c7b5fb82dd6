import { getOption, hasOption, type DescMethodUnary, type DescService } from "@bufbuild/protobuf";
import { isUnary } from "../method-kind.ts";
import { http } from "@calends/contracts/google/api/annotations_pb";
import type { HttpRule } from "@calends/contracts/google/api/http_pb";

/** A REST path of an RPC, read from its google.api.http option. */
export interface Route {
  readonly method: DescMethodUnary;
  readonly verb: string;
  /** Parts of the path; a variable holds the name of a request field. */
  readonly segments: readonly Segment[];
  /** Whether the whole body is the request message. */
  readonly hasBody: boolean;
}

type Segment = { readonly literal: string } | { readonly variable: string };

/** Reads the REST paths that protos declare. Throws for a template that is not supported: a mistake in a proto. */
export function routesOf(services: readonly DescService[]): Route[] {
  return services.flatMap((service) =>
    service.methods.flatMap((method) => {
      if (!isUnary(method) || !hasOption(method, http)) {
        return [];
      }
      const rule = getOption(method, http);
      return [rule, ...rule.additionalBindings].map((binding) => routeOf(method, binding));
    }),
  );
}

function routeOf(method: DescMethodUnary, { pattern, body }: HttpRule): Route {
  if (pattern.case === undefined || pattern.case === "custom" || (body !== "" && body !== "*")) {
    throw new Error(`${method.parent.typeName}.${method.name}: unsupported google.api.http option`);
  }
  const segments = pattern.value.split("/").slice(1).map(segmentOf);
  return { method, verb: pattern.case.toUpperCase(), segments, hasBody: body === "*" };
}

/** The values of a path's variables, or undefined when the path is not this route's. */
export function matchPath(route: Route, path: string): Record<string, string> | undefined {
  const parts = path.split("/").slice(1);
  if (parts.length !== route.segments.length) {
    return undefined;
  }
  const values: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const part = decode(parts[index] ?? "");
    if (part === undefined || ("literal" in segment && segment.literal !== part)) {
      return undefined;
    }
    if ("variable" in segment) {
      values[segment.variable] = part;
    }
  }
  return values;
}

function segmentOf(text: string): Segment {
  const variable = /^\{(\w+)\}$/.exec(text)?.[1];
  return variable === undefined ? { literal: text } : { variable };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // Not percent-encoding: no route has such a path.
  }
}
