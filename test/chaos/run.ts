/**
 * `npm run chaos -- --posts N --seed S --minutes M`: the one-machine default under fire. Processes are killed, services
 * restarted, links cut, and the sandbox network shows every fault, while people schedule, approve, change and cancel
 * posts. At the end three records are compared. The last line is JSON; the exit code is 1 when anything is not as it
 * has to be.
 */
import path from "node:path";
import { parseChaosOptions, usage, type ChaosOptions } from "./lib/parse-options.ts";
import { runChaos } from "./lib/run-chaos.ts";

const root = path.resolve(import.meta.dirname, "../..");
const say = (line: string) => process.stderr.write(`${line}\n`);
const asked = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => asked.abort(new Error(`stopped by ${signal}`)));

const chaos = parse();
if (chaos) {
  const { result, violations } = await runChaos({
    chaos,
    cacheDir: path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache"),
    say,
    signal: asked.signal,
  });
  for (const violation of violations) say(`! ${violation}`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = violations.length > 0 ? 1 : 0;
} else process.exitCode = 2;

function parse(): ChaosOptions | undefined {
  try {
    return parseChaosOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return undefined;
  }
}
