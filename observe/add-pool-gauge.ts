import type { MikroORM } from "@mikro-orm/postgresql";
import { addGauge } from "./metrics.ts";

/** Shows how many of the pool's connections are at work and idle, and how many wait for one. */
export function addPoolGauge(orm: MikroORM): void {
  addGauge({
    name: "drumbeat_database_connections",
    help: "Connections of the pool by state; waiting counts those that wait for one",
    labelNames: ["state"],
    async read(set) {
      const pool = await orm.em.getConnection().getNativeClient();
      set(pool.totalCount - pool.idleCount, { state: "active" });
      set(pool.idleCount, { state: "idle" });
      set(pool.waitingCount, { state: "waiting" });
    },
  });
}
