import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

test("--fresh has the same effect with and without the `--` that npm expects before it", () => {
  expect(parseOptions(["--fresh"], {}).fresh).toBe(true);
  expect(parseOptions([], { npm_config_fresh: "true" }).fresh).toBe(true);
  expect(parseOptions([], {}).fresh).toBe(false);
  expect(parseOptions([], { npm_config_data: "/data" }).directory).toBe("/data");
  expect(parseOptions(["--data", "/own"], { npm_config_data: "/data" }).directory).toBe("/own");
});
