import { setTimeout as sleep } from "node:timers/promises";
import path from "node:path";
import { spawnService } from "#local/spawn-service.ts";
import { findFreePort } from "../../../observe/temporal-metrics.ts";

export const linkNames = ["database", "temporal", "sandbox"] as const;
export type LinkName = (typeof linkNames)[number];

/** What can be done to a link. `cut` resets what is open and what is opened. */
export const linkHarms = ["cut", "slow", "narrow"] as const;
export type LinkHarm = (typeof linkHarms)[number];

/** https://github.com/Shopify/toxiproxy#toxics */
const toxics: Record<LinkHarm, { type: string; attributes: Record<string, number> }> = {
  cut: { type: "reset_peer", attributes: { timeout: 0 } },
  slow: { type: "latency", attributes: { latency: 400, jitter: 300 } },
  narrow: { type: "bandwidth", attributes: { rate: 24 } },
};

/** The product's ways to what it needs, which can be cut and slowed. */
export interface Links {
  /** `host:port` of each. */
  addresses: Record<LinkName, string>;
  harm(name: LinkName, harm: LinkHarm, milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts Toxiproxy before these targets (`host:port`). */
export async function startLinks(options: {
  executable: string;
  dir: string;
  targets: Record<LinkName, string>;
}): Promise<Links> {
  const { executable, dir, targets } = options;
  const port = await findFreePort();
  const service = await spawnService({
    command: executable,
    args: ["-host", "127.0.0.1", "-port", String(port)],
    env: { PATH: process.env["PATH"], HOME: dir, LOG_LEVEL: "error" },
    cwd: dir,
    logFile: path.join(dir, "logs", "toxiproxy.log"),
    pidFile: path.join(dir, "run", "toxiproxy.json"),
  });
  const ask = async (method: string, where: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${where}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Toxiproxy answered ${answer.status} to ${where}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  await untilItAnswers(() => ask("GET", "/proxies"));

  const addresses: Partial<Record<LinkName, string>> = {};
  for (const name of linkNames) {
    const made = await ask("POST", "/proxies", {
      name,
      listen: "127.0.0.1:0",
      upstream: targets[name],
    });
    addresses[name] = (made as { listen: string }).listen;
  }
  return {
    addresses: addresses as Record<LinkName, string>,
    async harm(name, harm, milliseconds) {
      const toxic = `${harm}-${Date.now()}`;
      const streams = harm === "cut" ? ["downstream"] : ["downstream", "upstream"];
      for (const stream of streams)
        await ask("POST", `/proxies/${name}/toxics`, {
          name: `${toxic}-${stream}`,
          stream,
          ...toxics[harm],
        });
      try {
        await sleep(milliseconds);
      } finally {
        for (const stream of streams)
          await ask("DELETE", `/proxies/${name}/toxics/${toxic}-${stream}`);
      }
    },
    stop: () => service.stop({ graceMs: 2_000 }),
  };
}

async function untilItAnswers(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries >= 100) throw error;
      await sleep(100);
    }
  }
}
