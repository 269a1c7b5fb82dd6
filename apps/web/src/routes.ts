/** The page's addresses. */

/** Route is what an address asks for. */
export type Route =
  | { readonly page: "book"; readonly slug: string }
  | { readonly page: "manage" | "confirm" | "host"; readonly token: string }
  | { readonly page: "none" };

/** Returns what a path asks for; a path that no page has, or that cannot be decoded, asks for none. */
export function routeOf(path: string): Route {
  const [, page, encoded] = /^\/(book|manage|confirm|host)\/([^/]+)\/?$/.exec(path) ?? [];
  const value = decoded(encoded);
  if (value === undefined) return { page: "none" };
  if (page === "book") return { page, slug: value };
  return { page: page === "confirm" || page === "host" ? page : "manage", token: value };
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    // A stray percent sign: no link of ours looks like that.
    return undefined;
  }
}

/** Returns the path on which a booker changes their booking. */
export function managePath(token: string): string {
  return `/manage/${encodeURIComponent(token)}`;
}

/** Returns an address that is safe to link or go to: only web addresses are, never "javascript:" or "data:". */
export function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}
