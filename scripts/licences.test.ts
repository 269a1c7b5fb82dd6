import { expect, test } from "vitest";
import { dependenciesPage, runtimePackages } from "./licences.ts";

const lock = {
  "services/booking": { dependencies: { "date-holidays": "1", shared: "1" } },
  "packages/kit": { dependencies: { inner: "1" } },
  bench: { dependencies: { peer: "1" } },
  "node_modules/shared": { link: true, resolved: "packages/kit" },
  "node_modules/inner": { version: "1.0.0", license: "MIT", dependencies: { nested: "1" } },
  "node_modules/inner/node_modules/nested": { version: "2.0.0", license: "ISC" },
  "node_modules/nested": { version: "1.0.0", license: "GPL-3.0" },
  "node_modules/peer": { version: "1.0.0", license: "MIT" },
  "node_modules/date-holidays": { version: "3.0.0", license: "(ISC AND CC-BY-3.0)" },
};

test("the packages that services need are found through workspaces and nested folders, without those only benchmarks need", () => {
  expect(runtimePackages(lock)).toEqual([
    "node_modules/date-holidays",
    "node_modules/inner",
    "node_modules/inner/node_modules/nested",
  ]);
});

test("a licence that a package states wrongly is corrected on the page, with a note", () => {
  expect(dependenciesPage(lock)).toMatch(/\| date-holidays \| 3\.0\.0 \| ISC AND CC-BY-SA-3\.0 \| corrected: /);
});
