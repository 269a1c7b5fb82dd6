import type { History } from "../history.ts";
import type { World } from "../world.ts";
import type { Data } from "./data.ts";

/** What one line of the report says. */
export interface Finding {
  readonly name: string;
  /** What was counted: how many violations, or a measure. */
  readonly count: number;
  /** The most that passes; null for what is only told. */
  readonly most: number | null;
  readonly examples: readonly string[];
}

/** What checks look at. */
export interface Evidence {
  readonly world: World;
  readonly history: History;
  readonly data: Data;
}

/** A line that has to be zero, with what is wrong. */
export function mustBeNone(name: string, wrong: readonly string[]): Finding {
  return { name, count: wrong.length, most: 0, examples: wrong.slice(0, 5) };
}

/** The lines of several organizations as one table: what is counted together, what is measured by the worst. */
export function merged(tables: readonly (readonly Finding[])[]): Finding[] {
  const [first = [], ...rest] = tables;
  return first.map((line, index) => {
    const all = [line, ...rest.flatMap((table) => table[index] ?? [])];
    const counts = all.map(({ count }) => count);
    const isMeasure = line.most !== null && line.most > 0;
    const count = isMeasure ? Math.max(...counts) : counts.reduce((sum, one) => sum + one, 0);
    return { ...line, count, examples: all.flatMap(({ examples }) => examples).slice(0, 5) };
  });
}

/** Whether a line passes. */
export function passes({ count, most }: Finding): boolean {
  return most === null || count <= most;
}

/** A time for people. */
export function at(epochMs: number): string {
  return Number.isFinite(epochMs) ? new Date(epochMs).toISOString().slice(0, 16) : String(epochMs);
}
