import { z } from "zod";

/** Names that are allowed, or "any". */
export type Allowed = "any" | readonly string[];

/** What the internal tokens of one issuer are believed. Whatever it does not allow is refused. */
export interface IssuerPermissions {
  /** The services that accept its tokens. */
  readonly services: Allowed;
  /** The scopes that its tokens may carry; a service takes no notice of others. */
  readonly scopes: Allowed;
  /** UUIDs of the organizations for which it may speak. */
  readonly organizations: Allowed;
}

/** Permissions by the name of the issuer. */
export type PermissionTable = Readonly<Record<string, IssuerPermissions>>;

/**
 * What the services of Calends ask of one another. The gateway passes on what its callers may do; jobs and handlers of
 * events speak for any organization, but each service only with the scopes that its clients use. A service that is not
 * here calls nobody. "internal" stands for a company's own services, which {@link readPermissions} can restrict.
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
 * Reads the permissions of a deployment's own issuers and lays them over those of the mesh: an issuer that is named in
 * both is as the deployment says.
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
    return undefined; // Not JSON: refused like any other wrong shape.
  }
}
