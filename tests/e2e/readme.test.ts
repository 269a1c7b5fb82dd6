import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { demoOrganizationId } from "@calends/demo/seed/ids";
import { repositoryRoot } from "@calends/local/paths";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDemoConstellation, type DemoConstellation } from "./_demo.ts";

let demo: DemoConstellation;
let directory: string;

beforeAll(async () => {
  demo = await startDemoConstellation();
  directory = await mkdtemp(join(tmpdir(), "calends-readme-"));
}, 120_000);
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await demo?.[Symbol.asyncDispose]();
});

/** The commands of the section, one block after the other, less the one whose program is not of this repository. */
async function commands(): Promise<string[]> {
  const readme = await readFile(join(repositoryRoot(), "README.md"), "utf8");
  const section = /## Try it from a shell\n([^]*?)\n## /.exec(readme)?.[1] ?? "";
  const blocks = [...section.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];
  const typed = blocks.filter(([, language]) => language === "").map(([, , block = ""]) => block);
  return typed.filter((block) => !block.includes("grpcurl"));
}

/** For machines without curl: what the README uses of it. */
const curl = `#!/usr/bin/env node
const { values, positionals } = require("node:util").parseArgs({
  options: { header: { type: "string", short: "H", multiple: true }, data: { type: "string", short: "d" },
    silent: { type: "boolean" }, "show-error": { type: "boolean" } }, allowPositionals: true });
const headers = (values.header ?? []).map((line) => line.split(/: /));
const body = values.data === undefined ? {} : { method: "POST", body: values.data };
fetch(positionals[0], { headers, ...body }).then((answer) => answer.text()).then((text) => process.stdout.write(text));
`;

/** Runs a script as a shell in the directory would; returns what it printed. */
async function run(script: string): Promise<string> {
  await mkdir(join(directory, "bin"));
  await writeFile(join(directory, "bin/curl"), curl, { mode: 0o755 });
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:${join(directory, "bin")}` };
  const shell = spawn("/bin/sh", ["-euc", script], { env, cwd: directory, stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(shell.stdout), once(shell, "exit")]);
  expect(code).toBe(0);
  return output;
}

test("the README's commands, typed one after the other, list slots, book one, and list bookings", async () => {
  const { constellation } = demo;
  const blocks = await commands();
  expect(blocks).toHaveLength(3);
  const token = join(directory, "token");
  await writeFile(token, await constellation.token({ organizationId: demoOrganizationId }));
  const here = (block: string) =>
    block.replaceAll("http://127.0.0.1:8080", constellation.gatewayUrl).replaceAll(".calends/token", token);
  const separator = "--- next ---";
  const script = blocks.map(here).join(`\necho '${separator}'\n`).replaceAll("curl ", "curl --silent --show-error ");
  const [slots, booked, listed] = (await run(script)).split(separator).map((output) => JSON.parse(output) as object);
  expect(slots).toHaveProperty("slots.0.startTime");
  expect(booked).toMatchObject({ booking: { status: "BOOKING_STATUS_CONFIRMED" }, manageToken: expect.any(String) });
  expect(listed).toHaveProperty("bookings.2.id");
});
