import type { RequestListener } from "@calends/kit/listen";
import { cors } from "@connectrpc/connect";

const allowedHeaders = [...cors.allowedHeaders, "Authorization", "Idempotency-Key", "X-Request-Id", "Traceparent"].join(
  ", ",
);
const exposedHeaders = [...cors.exposedHeaders, "X-Request-Id"].join(", ");
const allowedMethods = [...cors.allowedMethods].join(", ");
const maxAgeSeconds = "7200";

/**
 * Lets pages of the configured origins call, as browsers ask (Fetch standard, CORS protocol). Answers preflights; returns
 * true for those.
 */
export function createCors(origins: readonly string[]): (...request: Parameters<RequestListener>) => boolean {
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined) {
      return false;
    }
    response.setHeader("vary", "Origin");
    const allowed = origins.includes("*") || origins.includes(origin);
    if (allowed) {
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader("access-control-expose-headers", exposedHeaders);
    }
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) {
      return false;
    }
    if (allowed) {
      response.setHeader("access-control-allow-methods", allowedMethods);
      response.setHeader("access-control-allow-headers", allowedHeaders);
      response.setHeader("access-control-max-age", maxAgeSeconds);
    }
    response.statusCode = 204;
    response.end();
    return true;
  };
}
