import { query } from "../e2e/_util.ts";
import type { Acts } from "./clients.ts";
import type { FaultOptions } from "./faults.ts";
import type { Parts } from "./parts.ts";
import type { ServiceName } from "./replicas.ts";
import type { ChaosType } from "./world.ts";

/** A guard that is broken on purpose, without touching any code, and the line of the checker that has to see it. */
export interface Mutant {
  readonly name: string;
  readonly guard: string;
  /** Beginnings of the names of lines, one of which has to fail. */
  readonly caughtBy: readonly string[];
  readonly service: ServiceName;
  readonly sabotage: readonly string[];
  readonly repair: readonly string[];
  /** The types that all clients go for; absent for all types. */
  readonly focus?: (type: ChaosType) => boolean;
  /** What all clients do; absent for the usual. */
  readonly acts?: Acts;
  /** Faults beside repeated messages. */
  readonly faults?: Partial<FaultOptions>;
  /** Done at the end of the load. */
  readonly finale?: (parts: Parts) => Promise<void>;
}

/** A trigger that spoils what is written to a table, and how it is taken away. */
export function spoil(table: string, when: string, body: string): Pick<Mutant, "sabotage" | "repair"> {
  return {
    sabotage: [
      `CREATE OR REPLACE FUNCTION chaos_spoil_${table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$`,
      `CREATE TRIGGER chaos_spoil ${when} ON ${table} FOR EACH ROW EXECUTE FUNCTION chaos_spoil_${table}()`,
    ],
    repair: [`DROP TRIGGER chaos_spoil ON ${table}`],
  };
}

/** As {@link spoil}, at the end of each transaction that writes. */
export function spoilLater(table: string, body: string): Pick<Mutant, "sabotage" | "repair"> {
  const [create = ""] = spoil(table, "", body).sabotage;
  const trigger = `CREATE CONSTRAINT TRIGGER chaos_spoil AFTER INSERT OR UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION chaos_spoil_${table}()`;
  return { sabotage: [create, trigger], repair: [`DROP TRIGGER chaos_spoil ON ${table}`] };
}

/** Runs statements one after the other. */
export async function execute(parts: Parts, service: ServiceName, statements: readonly string[]): Promise<void> {
  for (const sql of statements) {
    await query(parts.databaseUrl(service), sql);
  }
}
