import { it } from "vitest";
import { startApi } from "../harness/start-api.ts";
import { person } from "./callers.ts";
import { addChannel } from "./rows.ts";
import { Client } from "pg";
it("x", async () => {
  const api = await startApi({});
  const owner = await person(api);
  const { channelId } = await addChannel(api, owner.workspaceId);
  const times = new Map<string, [number, number]>();
  const own = Client.prototype.query;
  (Client.prototype as any).query = function (...args: any[]) {
    const began = performance.now();
    const text = String(args[0]?.text ?? args[0]).replace(/\s+/g, " ").slice(0, 60);
    const r = own.apply(this, args as any) as any;
    const done = () => { const t = times.get(text) ?? [0, 0]; times.set(text, [t[0] + 1, t[1] + performance.now() - began]); };
    if (r?.then) r.then(done, done);
    return r;
  };
  const posts = Array.from({ length: 500 }, (_, day) => ({ content: { text: `d ${day}` }, targets: [{ channelId }], externalId: `e${day}`, schedule: { mode: "at", at: new Date(Date.now() + (day + 1) * 864e5).toISOString() } }));
  const b = performance.now(); const c = process.cpuUsage();
  const a = await owner.call("POST", "/v1/posts/bulk", { body: { posts } });
  const u = process.cpuUsage(c);
  console.log(a.statusCode, performance.now() - b, "cpu ms", u.user / 1000, u.system / 1000);
  console.log([...times].sort((x, y) => y[1][1] - x[1][1]).slice(0, 16).map(([k, v]) => `${v[0]} ${v[1].toFixed(0)} ${k}`).join("\n"));
  await api.close();
}, 120000);
