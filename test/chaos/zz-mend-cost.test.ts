import { expect, it } from "vitest";
import { createMendActivities } from "#activities/mend.ts";
import { createSweepActivities } from "#activities/sweep.ts";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct } from "../harness/start-product.ts";
import { asSuperuser } from "../harness/tenant-rows.ts";

it("cost", async () => {
  let describes = 0; let lists = 0; let listMs = 0; let wakes = 0; let counting = false;
  const product = await startProduct({
    engine: (real) => ({ ...real,
      stateOf: (id) => { describes++; return real.stateOf(id); },
      wake: (x) => { if (counting) wakes++; return real.wake(x); },
      listRunning: async () => { lists++; const t = performance.now(); const r = await real.listRunning(); listMs = performance.now() - t; return r; } }),
  });
  const { channelId } = await connectSandboxBySession(product, "ada");
  const at = new Date(Date.now() + 36_000_000);
  const N = 2000;
  for (let n = 0; n < N / 250; n++)
    await product.client.call("POST", "/v1/posts/bulk", { posts: Array.from({ length: 250 }, (_, i) => ({ content: { text: `t ${n} ${i}` }, targets: [{ channelId }], approval: "none", schedule: { mode: "at", at: new Date(at.getTime() + (n * 250 + i) * 7_300_000).toISOString() } })) });
  const sweep = createSweepActivities(product.deps);
  await eventually("told", async () => { const r = await sweep.sweepOutbox(); return r.waiting + r.told; }, (n) => n === 0, 280_000);
  const age = () => asSuperuser(product.database, (c) => c.query("update post set updated_at = updated_at - interval '1 minute'"));
  await age();
  const stats = async () => (await asSuperuser(product.database, (c) => c.query<{n: string}>("select (xact_commit + xact_rollback)::text as n from pg_stat_database where datname = current_database()"))).rows[0]?.n;
  const { mendOrphans } = createMendActivities(product.deps);
  counting = true;
  for (let i = 0; i < 3; i++) {
    describes = 0; wakes = 0; lists = 0;
    const cpu = process.cpuUsage(); const t = performance.now();
    const before = await stats();
    const counts = await mendOrphans();
    console.log("pass", i, JSON.stringify(counts), { ms: Math.round(performance.now() - t), listMs: Math.round(listMs), describes, wakes, lists, cpuMs: Math.round(process.cpuUsage(cpu).user / 1000) }, before, await stats());
  }
  // all lost
  await asSuperuser(product.database, (c) => c.query("select 1"));
  const ids: string[] = [];
  for await (const w of product.temporal.workflow.list({ query: `WorkflowType = "publishPost" and ExecutionStatus = "Running"` })) ids.push(w.workflowId);
  for (let i = 0; i < ids.length; i += 40) await Promise.all(ids.slice(i, i + 40).map((id) => product.temporal.workflow.getHandle(id).terminate("x")));
  await age();
  await new Promise((r) => setTimeout(r, 3000));
  for (let i = 0; i < 6; i++) {
    describes = 0; wakes = 0;
    const t = performance.now();
    const counts = await mendOrphans();
    console.log("lost pass", i, JSON.stringify(counts), { ms: Math.round(performance.now() - t), listMs: Math.round(listMs), describes, wakes });
    await age();
  }
  const plan = await asSuperuser(product.database, (c) => c.query("select 1"));
  expect(plan).toBeDefined();
  await product.close();
}, 590_000);
