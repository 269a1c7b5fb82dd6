import type { RequestListener } from "@calends/kit/listen";

/** What every answer says to browsers and caches, unless the web app's files say otherwise. */
const headers: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Keeps answers out of caches, and the addresses they came from, some of which have a token in their path, from other sites.
 */
export function keepPrivate(...[, response]: Parameters<RequestListener>): void {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
}
