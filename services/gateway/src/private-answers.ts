import type { RequestListener } from "@calends/kit/listen";

/** The headers of every answer, unless the web app's files set others. */
const headers: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Sets headers that keep answers out of caches, and keep URLs, which may contain a token, from being sent to other sites. */
export function keepPrivate(...[, response]: Parameters<RequestListener>): void {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
}
