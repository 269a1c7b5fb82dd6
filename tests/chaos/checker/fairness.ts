import type { ChaosType } from "../world.ts";
import type { ChoiceRow } from "./data.ts";
import type { Evidence, Finding } from "./finding.ts";

/** How far hosts were from their shares at the worst moment: of teams that were always there, and of others. */
export function checkFairness({ world, data }: Evidence): Finding[] {
  const worst = (quiet: boolean) =>
    Math.max(
      0,
      ...world.types
        .filter((type) => type.category === "round_robin" && !type.changes && type.quiet === quiet)
        .map((type) =>
          deviation(
            type,
            data.choices.filter((choice) => choice.type === type.id),
          ),
        ),
    );
  return [
    { name: "round-robin deviation, all hosts free", count: worst(true), most: 1, examples: [] },
    { name: "round-robin deviation, with absences", count: worst(false), most: 2, examples: [] },
  ];
}

/** Each choice owes every free host its share of one booking, and gives one to whom it chooses. */
function deviation(type: ChaosType, choices: readonly ChoiceRow[]): number {
  const weights = new Map(type.hosts.map((host, i) => [host, type.weights[i] ?? 1]));
  const balances = new Map(type.hosts.map((host) => [host, 0]));
  let worst = 0;
  for (const { free, chosen } of choices.filter(({ returned }) => !returned).toSorted((a, b) => a.round - b.round)) {
    const total = free.reduce((sum, host) => sum + (weights.get(host) ?? 0), 0);
    for (const host of free) {
      const given = host === chosen ? 1 : 0;
      balances.set(host, (balances.get(host) ?? 0) + (weights.get(host) ?? 0) / total - given);
    }
    worst = Math.max(worst, ...[...balances.values()].map(Math.abs));
  }
  return Math.round(worst * 100) / 100;
}
