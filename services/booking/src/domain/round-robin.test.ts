import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Strategy } from "./appointment-type.ts";
import { chooseHost, creditsOf, type Candidate, type Decision } from "./round-robin.ts";

interface Sizes {
  readonly weights: readonly number[];
  readonly priorities?: readonly number[];
  readonly strategy?: Strategy;
}

/** Choices of one type, one after the other, with counts that are kept beside those of the code under test. */
class Rounds {
  readonly decisions: Decision[] = [];
  readonly counts: number[];
  /** What each host should have had by its weight among those who were free. */
  readonly shares: number[];
  #balances: number[];
  #lastRounds: number[];
  readonly #sizes: Sizes;

  constructor(sizes: Sizes) {
    this.#sizes = sizes;
    const zeros = () => sizes.weights.map(() => 0);
    [this.counts, this.shares, this.#balances, this.#lastRounds] = [zeros(), zeros(), zeros(), zeros()];
  }

  choose(free: readonly boolean[], minutes: readonly number[] = []): Decision | null {
    const { weights, priorities = [], strategy = "weighted" } = this.#sizes;
    const candidates = weights.map<Candidate>((weight, host) => ({
      calendarId: nameOf(host),
      weight,
      priority: priorities[host] ?? 0,
      free: free[host] ?? true,
      balance: this.#balances[host] ?? 0,
      lastRound: this.#lastRounds[host] ?? 0,
      weekMinutes: minutes[host] ?? 0,
    }));
    const decision = chooseHost(strategy, candidates);
    if (decision !== null) {
      this.#add(decision, 1);
      this.decisions.push(decision);
      this.#lastRounds[Number(decision.chosen)] = this.decisions.length;
    }
    return decision;
  }

  /** Gives a booking back, as cancelling does. */
  giveBack(at: number): void {
    const [decision] = this.decisions.splice(at % this.decisions.length, 1);
    if (decision !== undefined) {
      this.#add(decision, -1);
    }
  }

  deviation(): number {
    return Math.max(...this.counts.map((count, host) => Math.abs((this.shares[host] ?? 0) - count)));
  }

  get balances(): readonly number[] {
    return this.#balances;
  }

  #add(decision: Decision, sign: number): void {
    const { weights } = this.#sizes;
    const free = decision.candidates.flatMap((candidate, host) => (candidate.free ? [host] : []));
    const total = free.reduce((sum, host) => sum + (weights[host] ?? 0), 0);
    free.forEach((host) => (this.shares[host] = (this.shares[host] ?? 0) + (sign * (weights[host] ?? 0)) / total));
    const chosen = Number(decision.chosen);
    this.counts[chosen] = (this.counts[chosen] ?? 0) + sign;
    for (const [calendarId, credit] of creditsOf(decision)) {
      this.#balances[Number(calendarId)] = (this.#balances[Number(calendarId)] ?? 0) + sign * credit;
    }
  }
}

function nameOf(host: number): string {
  return String(host).padStart(3, "0");
}

const weights = (maxLength: number) => fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength });
const presences = (length: number) => fc.array(fc.boolean(), { minLength: length, maxLength: length });

describe("weighted", () => {
  test("while all hosts are free, no host is ever a whole booking away from its share", () => {
    fc.assert(
      fc.property(weights(50), fc.integer({ min: 1, max: 400 }), (sizes, rounds) => {
        const run = new Rounds({ weights: sizes });
        for (let round = 0; round < rounds; round += 1) {
          run.choose([]);
          expect(run.deviation()).toBeLessThan(1);
        }
      }),
    );
  });

  test("equal weights take turns: after each full turn everybody has had the same", () => {
    const run = new Rounds({ weights: [1, 1, 1] });
    for (let turn = 1; turn <= 100; turn += 1) {
      [0, 1, 2].forEach(() => run.choose([]));
      expect(run.counts).toEqual([turn, turn, turn]);
    }
  });

  test("with hosts away at random, no host is more than two bookings away from its share of what came while it was there", () => {
    const cases = weights(10).chain((sizes) =>
      fc.record({
        sizes: fc.constant(sizes),
        days: fc.array(presences(sizes.length), { minLength: 1, maxLength: 300 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ sizes, days }) => {
        const run = new Rounds({ weights: sizes });
        for (const free of days) {
          run.choose(free);
          expect(run.deviation()).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  test("the balance that is kept is the share less the count, whatever was given back", () => {
    const cases = fc.record({
      sizes: weights(8),
      steps: fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 200 }),
    });
    fc.assert(
      fc.property(cases, ({ sizes, steps }) => {
        const run = new Rounds({ weights: sizes });
        for (const step of steps) {
          void (step < 0 && run.decisions.length > 0 ? run.giveBack(-step) : run.choose([]));
        }
        const expected = run.shares.map((share, host) => share - (run.counts[host] ?? 0));
        run.balances.forEach((balance, host) => expect(balance).toBeCloseTo(expected[host] ?? 0, 6));
      }),
    );
  });

  test("after cancellations that took one host's bookings, the next bookings bring all back within one", () => {
    fc.assert(
      fc.property(weights(8), fc.integer({ min: 1, max: 20 }), (sizes, cancelled) => {
        const run = new Rounds({ weights: sizes });
        Array.from({ length: 200 }, () => run.choose([]));
        for (let i = 0; i < cancelled; i += 1) {
          const at = run.decisions.findIndex(({ chosen }) => chosen === run.decisions[0]?.chosen);
          run.giveBack(at);
        }
        let before = run.deviation();
        for (let i = 0; i < 40_000 && run.deviation() >= 1; i += 1) {
          run.choose([]);
          expect(run.deviation()).toBeLessThan(Math.max(1, before + 1e-6));
          before = run.deviation();
        }
        expect(run.deviation()).toBeLessThan(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the other strategies", () => {
  test("least recent: who was chosen last is chosen again only when nobody else is free", () => {
    const cases = fc.array(presences(5), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(cases, (days) => {
        const run = new Rounds({ weights: [1, 1, 1, 1, 1], strategy: "least_recent" });
        for (const free of days) {
          const decision = run.choose(free);
          const rivals = decision?.candidates.filter((one) => one.free && one.calendarId !== decision.chosen) ?? [];
          const chosen = decision?.candidates.find(({ calendarId }) => calendarId === decision.chosen);
          rivals.forEach(({ lastRound }) => expect(lastRound).toBeGreaterThanOrEqual(chosen?.lastRound ?? 0));
        }
      }),
    );
  });

  test("priority: nobody is chosen while somebody of a higher rank is free; equals share by weight within one", () => {
    const run = new Rounds({ weights: [3, 1, 5], priorities: [7, 7, 1], strategy: "priority" });
    for (let round = 1; round <= 100; round += 1) {
      run.choose([true, true, true]);
      expect(Math.abs((run.counts[0] ?? 0) - (round * 3) / 4)).toBeLessThan(1);
    }
    expect(run.counts[2]).toBe(0);
    expect(run.choose([false, false, true])?.chosen).toBe("002");
  });

  test("load: who has the fewest minutes that week is chosen, among equals who was chosen longest ago", () => {
    const run = new Rounds({ weights: [1, 1, 1], strategy: "load" });
    expect(run.choose([], [60, 30, 90])?.chosen).toBe("001");
    expect(run.choose([], [30, 30, 90])?.chosen).toBe("000");
    expect(run.choose([], [30, 30, 30])?.chosen).toBe("002");
    expect(run.choose([], [30, 30, 30])?.chosen).toBe("001");
  });

  test("one-sided strategies owe nobody anything: switching to weighted begins at zero", () => {
    const run = new Rounds({ weights: [1, 5], strategy: "least_recent" });
    [1, 2, 3].forEach(() => run.choose([]));
    expect(run.balances).toEqual([0, 0]);
  });
});

describe("any strategy", () => {
  const cases = fc.record({
    strategy: fc.constantFrom<Strategy>("least_recent", "weighted", "priority", "load"),
    candidates: fc.uniqueArray(
      fc.record({
        calendarId: fc.uuid(),
        weight: fc.integer({ min: 1, max: 1000 }),
        priority: fc.integer({ min: -1000, max: 1000 }),
        free: fc.boolean(),
        balance: fc.double({ min: -5, max: 5, noNaN: true }),
        lastRound: fc.nat(),
        weekMinutes: fc.nat(10_000),
      }),
      { selector: ({ calendarId }) => calendarId, maxLength: 50 },
    ),
  });

  test("somebody who is free is chosen, unless nobody is", () => {
    fc.assert(
      fc.property(cases, ({ strategy, candidates }) => {
        const decision = chooseHost(strategy, candidates);
        const free = candidates.filter((candidate) => candidate.free).map(({ calendarId }) => calendarId);
        expect(decision === null).toBe(free.length === 0);
        expect(decision === null || free.includes(decision.chosen)).toBe(true);
      }),
    );
  });

  test("from its numbers as JSON, in any order, the same host is chosen", () => {
    fc.assert(
      fc.property(cases, ({ strategy, candidates }) => {
        const kept: unknown = JSON.parse(JSON.stringify(candidates.toReversed()));
        const again = chooseHost(strategy, kept as Candidate[]);
        expect(again?.chosen).toBe(chooseHost(strategy, candidates)?.chosen);
      }),
    );
  });
});
