// The door to the repository: `node scripts/bootstrap.mjs start|test|check [args]`. It runs on Node 20 with nothing
// installed, so it is plain JavaScript without dependencies. It installs, generates and builds what is out of date,
// then hands over to the Node 24 inside node_modules, passes signals on, and ends with that process's exit code.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const MODULES = join(ROOT, "node_modules");
const BIN = join(MODULES, ".bin");
const STAMP = join(MODULES, ".calends-lock-hash");
const HEARTBEAT_MS = 5000;
const CHECKS = ["lint", "lint:proto", "breaking", "generate:diff", "typecheck"];

// One signal from a terminal or from npm may arrive more than once; within this time it counts as one.
const SAME_SIGNAL_MS = 500;

/** Nothing that runs below calls home, asks questions, or looks for an engine that cannot be downloaded. */
const QUIET = {
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
  CHECKPOINT_DISABLE: "1",
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  NPM_CONFIG_UPDATE_NOTIFIER: "false",
};

const started = Date.now();
let child;
let stopping;
let lastSignalAt = 0;

async function main([command, ...args]) {
  if (!["start", "test", "check"].includes(command)) {
    say("usage: node scripts/bootstrap.mjs start|test|check [arguments]");
    return 64;
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, passOn);
  if (process.env.npm_lifecycle_event) followParent();
  await install();
  await turbo("generating code", "generate");
  if (command === "check") return check();
  await turbo("building the web app", "build", "--filter=@calends/web");
  if (command === "test") return node(join(MODULES, "vitest/vitest.mjs"), "run", ...args);
  return node(join(ROOT, "apps/demo/src/start.ts"), ...args);
}

/** Makes node_modules what package-lock.json says, and does nothing when it is that already. */
async function install() {
  const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  const hash = createHash("sha256").update(lock).digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) return;
  if (!isInstalled(JSON.parse(lock))) {
    const count = Object.keys(JSON.parse(lock).packages).length;
    const beat = heartbeat(`installing dependencies (${count} entries in package-lock.json)`);
    const status = await run(
      ...npm(),
      ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error", "--no-progress"],
      { PATH: outerPath() },
    );
    clearInterval(beat);
    if (status !== 0) throw new Failure("npm ci failed; its output is above.", status);
  }
  const probe = existsSync(join(BIN, "node"));
  if (!probe) throw new Failure("node_modules has no Node 24: the install script of the package `node` did not run.");
  writeFileSync(STAMP, hash);
}

// npm's own record of what it installed. Optional packages are those of other platforms.
function isInstalled(lock) {
  const record = join(MODULES, ".package-lock.json");
  if (!existsSync(record) || !existsSync(join(BIN, "node"))) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes("node_modules/") || wanted.optional || wanted.devOptional || wanted.peer) return true;
    const found = installed[path];
    return found !== undefined && found.version === wanted.version && found.link === wanted.link;
  });
}

// The npm that runs this script, so that `npx npm@12 start` is npm 12 all the way; else the one on the PATH.
function npm() {
  const { npm_execpath: script, npm_node_execpath: executable } = process.env;
  const usable =
    script?.endsWith("npm-cli.js") && executable && !executable.startsWith(MODULES) && existsSync(executable);
  return usable ? [executable, [script]] : ["npm", []];
}

// `npm ci` deletes node_modules, and so must not run on the Node that is inside it.
function outerPath() {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((directory) => !directory.endsWith(join("node_modules", ".bin")))
    .join(delimiter);
}

async function turbo(what, task, ...flags) {
  say(what);
  const quiet = ["--output-logs=errors-only", "--log-prefix=task", "--ui=stream", "--env-mode=loose"];
  const status = await run(join(BIN, "turbo"), [], ["run", task, ...flags, ...quiet], innerEnv());
  if (status !== 0) throw new Failure(`${what} failed; its output is above.`, status);
}

async function check() {
  for (const name of CHECKS) {
    say(`npm run ${name}`);
    const status = await run(...npm(), ["run", "--silent", name], innerEnv());
    if (status !== 0) throw new Failure(`npm run ${name} failed; its output is above.`, status);
  }
  say("all checks passed");
  return 0;
}

function node(...args) {
  return run(join(BIN, "node"), [], args, innerEnv());
}

// Compiled code is kept beside what it was compiled from: every process after the first starts in half the time.
function innerEnv() {
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(MODULES, ".cache", "calends-node");
  return { PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}`, NODE_COMPILE_CACHE };
}

/** Runs a program to its end in the terminal and resolves with its exit code. */
function run(program, before, args, env) {
  if (stopping) throw new Failure(undefined, 128 + constants.signals[stopping]);
  return new Promise((done, fail) => {
    const running = spawn(program, [...before, ...args], {
      cwd: ROOT,
      stdio: "inherit",
      env: { ...process.env, ...QUIET, ...env },
    });
    child = running;
    running.on("error", (cause) => fail(new Failure(`${program} could not be run: ${cause.message}`)));
    running.on("exit", (code, signal) => {
      child = undefined;
      if (stopping) fail(new Failure(undefined, code ?? 128 + constants.signals[stopping]));
      else done(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Passes a signal on once. Ctrl-C in a terminal has reached the child already: it goes to the whole group. */
function passOn(signal) {
  const again = Date.now() - lastSignalAt < SAME_SIGNAL_MS;
  lastSignalAt = Date.now();
  stopping ??= signal;
  if (again || (signal === "SIGINT" && process.stdin.isTTY)) return;
  child?.kill(signal);
}

/** An npm that is killed outright passes no signal on, and what it started is not to run on without it. */
function followParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || passOn("SIGTERM"), HEARTBEAT_MS).unref();
}

function heartbeat(what) {
  say(what);
  const since = Date.now();
  return setInterval(() => say(`still ${what}, ${Math.round((Date.now() - since) / 1000)} s`), HEARTBEAT_MS);
}

function say(message) {
  console.log(`[calends +${((Date.now() - started) / 1000).toFixed(1)}s] ${message}`);
}

/** An end that is explained already, or by this message, with the exit code to end with. */
class Failure extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  if (error.message) say(error.message);
  process.exitCode = error.status;
}
