import { expect, test } from "vitest";
import { BodyBudget } from "./body-budget.ts";

const mib = 1024 * 1024;

test("a connection's requests hold at most the connection's share of memory, and another connection still has its own share", () => {
  const budget = new BodyBudget({ total: 8 * mib, perConnection: 2 * mib });
  const connection = {};
  using first = budget.open(connection);
  using second = budget.open(connection);
  using other = budget.open({});
  first.take(1.5 * mib);
  expect(() => second.take(mib)).toThrow(/too many bytes/);
  other.take(mib);
  expect(budget.held).toBe(2.5 * mib);
});

test("when large requests hold all the memory that they may, small ones still fit, up to the total", () => {
  const budget = new BodyBudget({ total: 4 * mib, perConnection: 64 * mib });
  using large = budget.open({});
  large.take(3 * mib);
  using another = budget.open({});
  expect(() => another.take(100_000)).toThrow(/too many bytes/);
  const small = Array.from({ length: 16 }, () => budget.open({}));
  small.forEach((account) => account.take(65_536));
  using last = budget.open({});
  expect(() => last.take(1)).toThrow(/too many bytes/);
  small.forEach((account) => account[Symbol.dispose]());
  last.take(1);
});

test("a request gives back all that it held", () => {
  const budget = new BodyBudget();
  {
    using account = budget.open({});
    account.take(1000);
    account.giveBack(400);
    expect(budget.held).toBe(600);
  }
  expect(budget.held).toBe(0);
});
