import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Watches how much memory this process and those below it hold together (Linux; elsewhere this process alone). */
export function peakRss(): { stop: () => Promise<number> } {
  let peak = 0;
  let watching = true;
  const done = (async () => {
    while (watching) {
      peak = Math.max(peak, await rssOfTree());
      await sleep(250);
    }
  })();
  return {
    async stop() {
      watching = false;
      await done;
      return peak;
    },
  };
}

async function rssOfTree(): Promise<number> {
  if (process.platform !== "linux") return process.memoryUsage.rss();
  const parents = new Map<number, number>();
  const sizes = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // A process may end while it is read.
    const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
    sizes.set(Number(name), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
  }
  const isBelow = (pid: number): boolean => {
    for (let one: number | undefined = pid; one; one = parents.get(one))
      if (one === process.pid) return true;
    return false;
  };
  return [...sizes].reduce((sum, [pid, size]) => sum + (isBelow(pid) ? size : 0), 0);
}
