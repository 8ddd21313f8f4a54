import { setTimeout as sleep } from "node:timers/promises";
import { sparingBlindPosts } from "./blind-posts.ts";
import type { KeptProcess } from "./kept-process.ts";
import type { Machine } from "./machine.ts";
import type { Disruption } from "./plan.ts";

/** What was done to the machine. */
export interface Harm {
  kills: number;
  /** How often each failpoint ended a process. */
  failpoints: Map<string, number>;
  postgresRestarts: number;
  temporalRestarts: number;
  linksHarmed: number;
}

/** How long an armed process is waited for before it is killed where it stands. */
const patienceMs = 4_000;

/** Does to the machine what the plan says, one after the other, and counts it. */
export function createDisruptor(options: { machine: Machine; blindChannelIds: string[] }): {
  harm: Harm;
  disrupt(disruption: Disruption): Promise<void>;
} {
  const { machine } = options;
  const harm: Harm = {
    kills: 0,
    failpoints: new Map(),
    postgresRestarts: 0,
    temporalRestarts: 0,
    linksHarmed: 0,
  };
  const sparing = (work: () => Promise<void>) =>
    sparingBlindPosts(
      { superuserUrl: machine.superuserUrl, channelIds: options.blindChannelIds },
      work,
    );
  const kill = async (victim: KeptProcess, way: "any moment" | "failpoint") => {
    await victim.ready();
    const ended = victim.ended();
    if (way === "failpoint") {
      victim.arm(leastTried(victim, harm));
      const failpoint = await Promise.race([ended, sleep(patienceMs)]);
      victim.arm([]);
      if (failpoint !== undefined) {
        harm.kills += 1;
        harm.failpoints.set(failpoint, (harm.failpoints.get(failpoint) ?? 0) + 1);
        return;
      }
    }
    await sparing(async () => {
      victim.kill();
      await ended;
    });
    harm.kills += 1;
  };

  return {
    harm,
    async disrupt(disruption) {
      switch (disruption.kind) {
        case "kill":
          return kill(machine.processes[disruption.victim], disruption.way);
        case "restart":
          if (disruption.what === "temporal") {
            await sparing(() => machine.restartTemporal());
            harm.temporalRestarts += 1;
          } else {
            const { how } = disruption;
            await sparing(() => machine.restartPostgres(how));
            harm.postgresRestarts += 1;
          }
          return;
        case "link": {
          const { links } = machine;
          if (!links) return;
          const { link, harm: what, forMs } = disruption;
          const work = () => links.harm(link, what, forMs);
          await (what === "cut" ? sparing(work) : work());
          harm.linksHarmed += 1;
          return;
        }
        case "expire tokens":
          await fetch(`${machine.sandboxUrl}/_accounts/${disruption.user}/expire`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: "{}",
          });
      }
    },
  };
}

/** Of the failpoints that this process is known to pass, those that ended it least often. */
function leastTried(victim: KeptProcess, harm: Harm): string[] {
  const times = (name: string) => harm.failpoints.get(name) ?? 0;
  const all = [...victim.passed].filter((name) => !boring.test(name));
  const least = Math.min(...all.map(times));
  return all.filter((name) => times(name) === least);
}

/** Steps of other stories than publishing. */
const boring = /sweep|forget|snapshot|measur|notif|webhook|series/i;
