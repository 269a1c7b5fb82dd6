import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { RequestListener } from "@calends/kit/listen";
import sirv from "sirv";

const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** The addresses at which a person opens a page; the same paths answer JSON to programs. */
const pages = /^\/(book|manage|confirm|host)\/[^/]+$/;

/** Serves the web app: its files, and its page to a browser that opens one of its addresses. */
export function serveWeb(webRoot: string, otherwise: RequestListener): RequestListener {
  const page = readFileSync(join(webRoot, "index.html"));
  const files = sirv(webRoot, {
    etag: true,
    setHeaders(response, path) {
      setHeaders(response, path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  return (request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "/";
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && pages.test(path) && request.headers.accept?.includes("text/html") === true) {
      // The URL of a page may be one person's private link.
      setHeaders(response as ServerResponse, "no-store");
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.setHeader("vary", "Accept, Origin");
      response.end(request.method === "HEAD" ? "" : page);
      return;
    }
    if (isRead && path !== "/") {
      files(request as IncomingMessage, response as ServerResponse, () => otherwise(request, response));
      return;
    }
    otherwise(request, response);
  };
}

function setHeaders(response: ServerResponse, cacheControl: string): void {
  for (const [name, value] of Object.entries(securityHeaders)) {
    response.setHeader(name, value);
  }
  response.setHeader("cache-control", cacheControl);
}
