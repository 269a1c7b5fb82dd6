import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheDir, dataDir, repositoryRoot } from "./paths.ts";

test("the cache follows XDG_CACHE_HOME, and a relative one is ignored", () => {
  expect(cacheDir({ XDG_CACHE_HOME: "/var/cache/me" }, "/home/me")).toBe("/var/cache/me/calends");
  expect(cacheDir({ XDG_CACHE_HOME: "cache" }, "/home/me")).toBe("/home/me/.cache/calends");
  expect(cacheDir({}, "/home/me")).toBe("/home/me/.cache/calends");
});

test("the data directory is in this checkout", () => {
  expect(existsSync(join(repositoryRoot(), "turbo.json"))).toBe(true);
  expect(dataDir()).toBe(join(repositoryRoot(), ".calends"));
});
