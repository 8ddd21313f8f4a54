import path from "node:path";
import { run } from "./run.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * `npm ci` in a folder, under the given Node.
 *
 * @param {{ dir: string, node: string, nodeDir?: string, env?: NodeJS.ProcessEnv, what: string }} options
 */
export async function installPackages({ dir, node, nodeDir, env = process.env, what }) {
  const npm = npmCommand(node, env);
  const result = await run({
    command: npm.command,
    // NODE_ENV=production in the caller's environment would leave out what checks and tests need.
    args: [...npm.args, "ci", "--include=dev", "--no-audit", "--no-fund", "--prefix", dir],
    cwd: dir,
    env: npmEnvironment({ env, node, nodeDir }),
  });
  if (result.code === 0) return;
  const output = `${result.stdout}\n${result.stderr}`;
  throw new SetupError({
    problem: `npm could not install ${what}:\n${indent(telling(output))}`,
    tried: [`npm ci --prefix ${dir}`],
    todo: adviceFor(output),
  });
}

/** The npm that runs us, under the Node we want; else the one on PATH, which then finds that Node first. */
function npmCommand(node, env) {
  const cli = env.npm_execpath;
  return cli && path.basename(cli) === "npm-cli.js"
    ? { command: node, args: [cli] }
    : { command: "npm", args: [] };
}

/** Our Node first on PATH and its headers named, so that native modules fit; nothing inherited of the npm above us. */
export function npmEnvironment({ env, node, nodeDir }) {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !/^npm_(lifecycle|package)_/.test(name) &&
      !["npm_config_local_prefix", "npm_config_prefix", "npm_command", "INIT_CWD"].includes(name),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: `${path.dirname(node)}${path.delimiter}${env.PATH ?? ""}`,
    ...(nodeDir === undefined ? {} : { npm_config_nodedir: nodeDir }),
  };
}

/** What to do about what npm said. */
export function adviceFor(output) {
  if (/ENOSPC|no space left/i.test(output))
    return "Free some disk space (about 2 GB is needed), then run this again.";
  if (/EACCES|EROFS|EPERM/.test(output))
    return "Make the folder writable for this user, then run this again.";
  if (/EINTEGRITY/.test(output)) {
    return "What the registry sent is not what was pinned: check the registry that npm is set to use (npm config get registry).";
  }
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i.test(output)) {
    return "Check that npm reaches its registry (npm ping; behind a proxy, npm config set proxy), then run this again.";
  }
  if (/EUSAGE/.test(output)) {
    return "package.json and package-lock.json do not match: restore both from git, or run npm install.";
  }
  if (/gyp|prebuild|make: /i.test(output)) {
    return "A native module needed a compiler: install make, a C++ compiler and Python 3, then run this again.";
  }
  return "Read npm's message above, then run this again.";
}

/** npm's cause comes first; its usage text and the path of its log come last and say nothing. */
function telling(output) {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => line.startsWith("npm error"));
  return (errors.length > 0 ? errors.slice(0, 12) : lines.slice(-12)).join("\n");
}

function indent(text) {
  return text.replace(/^/gm, "  ");
}
