import { run } from "../scripts/lib/run.mjs";

/** Whether Debian's packages fit this system. `osRelease` is the text of /etc/os-release, empty where there is none. */
export function isDebian(osRelease: string): boolean {
  return distribution(osRelease).includes("debian");
}

/** The system's own name and those of what it derives from. */
export function distribution(osRelease: string): string[] {
  return [...osRelease.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm)].flatMap((match) =>
    (match[1] ?? "").split(" "),
  );
}

/** Installs a package of Debian's, as root. Returns what went wrong, if anything. */
export async function aptInstall(options: {
  name: string;
  env: NodeJS.ProcessEnv;
  report?: (detail: string) => void;
}): Promise<string | undefined> {
  const env = { ...options.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    run({
      command: "apt-get",
      args: ["install", "--yes", "--no-install-recommends", options.name],
      env,
      timeoutMs: 15 * 60_000,
    });
  const first = await install();
  if (first.code === 0) return undefined;
  // A fresh image has no lists of packages, or stale ones.
  options.report?.("apt-get update");
  await run({ command: "apt-get", args: ["update"], env, timeoutMs: 5 * 60_000 });
  options.report?.("installing Debian's package");
  const second = await install();
  if (second.code === 0) return undefined;
  const lines = second.stderr.split("\n").filter((line) => line.trim() !== "");
  return (
    lines.findLast((line) => line.startsWith("E:")) ?? lines.at(-1) ?? `exit code ${second.code}`
  );
}
