/** `node scripts/migrate.ts up|down|check`: the schema of DATABASE_ADMIN_URL; `up` grants to the role of DATABASE_URL. */
import { findDrift, migrateDown, migrateUp } from "#db/migrate.ts";
import { openOrm } from "#db/orm.ts";

const action = process.argv[2] ?? "up";
const adminUrl = process.env["DATABASE_ADMIN_URL"];
const serviceUrl = process.env["DATABASE_URL"];
if (!adminUrl || !serviceUrl) {
  fail("Set DATABASE_ADMIN_URL (the owner, who migrates) and DATABASE_URL (the service's role).");
}
const serviceRole = decodeURIComponent(new URL(serviceUrl).username);
const orm = await openOrm({ url: adminUrl, poolSize: 1 });
try {
  if (action === "up") report(await migrateUp({ orm, serviceRole }), "applied");
  else if (action === "down") report(await migrateDown({ orm }), "taken back");
  else if (action === "check") {
    const drift = await findDrift({ orm });
    if (drift.length > 0) fail(`Entities and migrations differ:\n${drift.join("\n")}`);
    console.log("Entities and migrations agree.");
  } else fail(`Unknown action ${action}: use up, down or check.`);
} catch (error) {
  fail(`Migrating failed: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await orm.close();
}

function report(names: string[], what: string): void {
  console.log(
    names.length === 0
      ? "Nothing to do: the schema is up to date."
      : `${what}: ${names.join(", ")}`,
  );
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
