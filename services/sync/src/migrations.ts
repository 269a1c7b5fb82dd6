import { fileURLToPath } from "node:url";

/** The folder of sync's migrations. */
export const migrations = fileURLToPath(new URL("../prisma/migrations", import.meta.url));
