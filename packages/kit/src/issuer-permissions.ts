import { z } from "zod";

/** The names that are allowed, or "any" for all. */
export type Allowed = "any" | readonly string[];

/** What the internal tokens of one issuer may be used for. Everything else is refused. */
export interface IssuerPermissions {
  /** The services that accept its tokens. */
  readonly services: Allowed;
  /** The scopes that its tokens may carry. A service ignores all others. */
  readonly scopes: Allowed;
  /** UUIDs of the organizations on whose behalf its tokens may call. */
  readonly organizations: Allowed;
}

/** The permissions of each issuer, by the issuer's name. */
export type PermissionTable = Readonly<Record<string, IssuerPermissions>>;

/**
 * What each service of Calends may ask of the others. The gateway may use every scope, because it calls with those of
 * its own callers. The other services may call for any organization, but only with the scopes that their clients need. A
 * service that is missing here calls no other. "internal" is the issuer of a company's own services, which
 * {@link readPermissions} can restrict.
 */
export const meshPermissions: PermissionTable = {
  gateway: { services: "any", scopes: "any", organizations: "any" },
  internal: { services: "any", scopes: "any", organizations: "any" },
  booking: {
    services: ["availability", "recurrence-engine"],
    scopes: ["slots:read", "calendars:read", "series:read", "series:write"],
    organizations: "any",
  },
  availability: { services: ["booking"], scopes: ["allocations:read"], organizations: "any" },
  notification: {
    services: ["booking"],
    scopes: ["manage-links:read", "booking-versions:read"],
    organizations: "any",
  },
  sync: {
    services: ["availability", "booking"],
    scopes: ["calendars:read", "booking-versions:read", "booking-copies:read"],
    organizations: "any",
  },
};

const allowed = z.union([z.literal("any"), z.array(z.string().min(1))]);
const table = z.record(
  z.string().min(1),
  z.strictObject({ services: allowed, scopes: allowed, organizations: allowed }),
);

/**
 * Reads the permissions that a deployment gives to issuers, and adds those of the services of Calends. Where both name
 * an issuer, the deployment's permissions replace the others.
 */
export function readPermissions(text: string, context: z.RefinementCtx): PermissionTable {
  const read = table.safeParse(parseJson(text));
  if (read.success) {
    return { ...meshPermissions, ...read.data };
  }
  const shape = '{"<issuer>": {"services": …, "scopes": …, "organizations": …}}, each "any" or a list of names';
  context.addIssue({ code: "custom", message: `must be a JSON object ${shape}` });
  return z.NEVER;
}

/** Whether a name is allowed. */
export function includes(names: Allowed, name: string): boolean {
  return names === "any" || names.includes(name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Text that is not JSON is refused like JSON of the wrong shape.
  }
}
