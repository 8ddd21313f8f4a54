import { connectSandboxBySession } from "#test/harness/connect-sandbox.ts";
import { startProduct } from "#test/harness/start-product.ts";
import { recordStatements } from "./record-statements.ts";

/** How often it is counted. */
const times = 5;

/**
 * What one scheduled post to one channel costs, from its due time to the end of its workflow: events in its history (all
 * of them), and SQL statements. Counted several times on a product that does nothing else; the fewest are told, for what
 * happens beside it (a connection that is proved, a metric) only adds.
 */
export async function countOnePublish(): Promise<{ historyEvents: number; sqlStatements: number }> {
  const product = await startProduct();
  try {
    const { channelId } = await connectSandboxBySession(product, "demo");
    const counts: { historyEvents: number; sqlStatements: number }[] = [];
    for (let count = 0; count < times; count += 1) {
      const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
        content: { text: `counted ${count}` },
        targets: [{ channelId }],
        schedule: { mode: "at", at: new Date(Date.now() + 3_000).toISOString() },
        approval: "none",
      });
      const handle = product.temporal.workflow.getHandle(`post/${id}`);
      // What accepting it costs is over by then.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const statements = await recordStatements(async () => void (await handle.result()));
      const { events } = await handle.fetchHistory();
      counts.push({ historyEvents: events?.length ?? 0, sqlStatements: statements.length });
      if (process.env["BENCH_STATEMENTS"] && count === 0)
        for (const { text } of statements) console.log(text.replaceAll(/\s+/g, " ").slice(0, 200));
    }
    const least = (name: "historyEvents" | "sqlStatements") =>
      Math.min(...counts.map((one) => one[name]));
    return { historyEvents: least("historyEvents"), sqlStatements: least("sqlStatements") };
  } finally {
    await product.close();
  }
}
