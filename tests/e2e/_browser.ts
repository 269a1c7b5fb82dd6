import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheDir } from "@calends/local/paths";
import { chromium as playwright, type Browser } from "playwright-core";

const run = promisify(execFile);
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** An executable Chromium and the environment that it needs. */
interface Executable {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Opens a headless Chromium: the system's, or else the one inside the package @sparticuz/chromium. */
export async function openBrowser(): Promise<Browser> {
  const { path, env } = onPath() ?? (await fromPackage());
  return playwright.launch({
    executablePath: path,
    env: { ...definedOnly(process.env), ...env },
    // On top of Playwright's own flags, which keep the browser from calling home.
    args: ["--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-domain-reliability", "--no-pings"],
  });
}

function onPath(): Executable | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  return found === undefined ? undefined : { path: found, env: {} };
}

async function fromPackage(): Promise<Executable> {
  const packageDirectory = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..");
  const home = join(cacheDir(process.env), `chromium-${await versionOf(packageDirectory)}`);
  if (!existsSync(home)) {
    await unpack(home);
  }
  const path = join(home, "chromium");
  const fonts = { FONTCONFIG_FILE: join(home, "fonts.conf") };
  // The package carries libnss3 and its like for systems that lack them.
  const runs = spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
  return { path, env: runs ? fonts : { ...fonts, LD_LIBRARY_PATH: join(home, "al2023/lib") } };
}

/** Unpacks beside the place and moves there when complete, so that runs at the same time do not see each other's half. */
async function unpack(home: string): Promise<void> {
  await mkdir(dirname(home), { recursive: true });
  const staging = await mkdtemp(`${home}.`);
  const script = `
    import chromium, { inflate } from ${JSON.stringify(import.meta.resolve("@sparticuz/chromium"))};
    await chromium.executablePath();
    await inflate(process.argv[1]);
  `;
  const libraries = createRequire(import.meta.url)
    .resolve("@sparticuz/chromium")
    .replace(/build\/.*$/, "bin/al2023.tar.br");
  // The package unpacks into the directory for temporary files, which a process of its own can have elsewhere.
  const env = { ...process.env, TMPDIR: staging };
  await run(process.execPath, ["--input-type=module", "--eval", script, libraries], { env });
  await writeFile(join(staging, "fonts.conf"), fontsConfiguration(home));
  await rename(staging, home).catch(async (error: unknown) => {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(home)) {
      throw error;
    }
  });
}

function fontsConfiguration(home: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    "<fontconfig>",
    '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
    `  <dir>${join(home, "fonts/fonts")}</dir>`,
    `  <cachedir>${join(home, "fonts-cache")}</cachedir>`,
    "</fontconfig>",
    "",
  ].join("\n");
}

async function versionOf(packageDirectory: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageDirectory, "package.json"), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
