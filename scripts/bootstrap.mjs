// The first thing that runs, on Node 20 or later with nothing installed: gets Node 24 and the dependencies,
// then hands over to the real command under that Node.
import { spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HELP_TEXTS } from "./lib/help-texts.mjs";
import { ensureNode, ensurePackages } from "./lib/node-runtime.mjs";
import { createProgress } from "./lib/progress.mjs";

const COMMANDS = {
  start: "local/start.ts",
  test: "scripts/test.ts",
  reset: "local/reset.ts",
  operator: "scripts/operator.ts",
  grant: "scripts/grant.ts",
};

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [name = "", ...args] = process.argv.slice(2);

try {
  await main();
} catch (error) {
  const expected = error?.name === "SetupError" || typeof error?.code === "string";
  process.stderr.write(`\n${expected ? error.message : (error?.stack ?? String(error))}\n`);
  process.exit(1);
}

async function main() {
  // Any other script of this repository may be named by its path.
  const script =
    (Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined) ??
    (/^[\w./-]+\.ts$/.test(name) ? name : undefined);
  if (!script) {
    process.stderr.write(
      `Unknown command "${name}". Commands: ${Object.keys(COMMANDS).join(", ")}.\n`,
    );
    process.exit(2);
  }
  if (Object.hasOwn(HELP_TEXTS, name) && asksForHelp(args)) {
    process.stdout.write(`${HELP_TEXTS[name]}\n`);
    return;
  }
  if (Number(process.versions.node.split(".")[0]) < 20) {
    process.stderr.write(`Drumbeat needs Node 20 or later to start; this is ${process.version}.\n`);
    process.exit(1);
  }
  if (process.platform === "win32") {
    process.stderr.write("Drumbeat runs on Linux and macOS. On Windows, run it inside WSL.\n");
    process.exit(1);
  }

  const progress = createProgress();
  const cacheDir = path.resolve(root, process.env.DRUMBEAT_CACHE_DIR || ".cache");
  const { node, nodeDir } = await ensureNode({ cacheDir, progress });
  await ensurePackages({ dir: root, label: "dependencies", node, nodeDir, progress });
  handOver({
    node,
    script: path.join(root, script),
    env: {
      ...process.env,
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}`,
      DRUMBEAT_CACHE_DIR: cacheDir,
      DRUMBEAT_NODE_DIR: nodeDir,
    },
  });
}

/** Up to `--`: what follows is no option. */
function asksForHelp(all) {
  const end = all.indexOf("--");
  return all.slice(0, end < 0 ? undefined : end).some((arg) => arg === "--help" || arg === "-h");
}

/** Runs the real command with our terminal, our signals and its exit code; it sees the channel close if we are killed. */
function handOver({ node, script, env }) {
  const child = spawn(node, [script, ...args], {
    env,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0));
  });
}
