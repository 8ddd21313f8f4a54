/** Rows that the worker or a platform would have brought about: written straight into the test's database. */
import { createPostActivities } from "#activities/posts.ts";
import {
  Agent,
  Asset,
  Channel,
  Connection,
  Delivery,
  Generation,
  Rendition,
  Run,
  Target,
  Post,
  Upload,
} from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import type { DeliveryStatus, PostStatus, RunStatus } from "#domain/states.ts";
import type { TestApi } from "../harness/start-api.ts";
import { asSuperuser } from "../harness/tenant-rows.ts";

/** An active connection with one channel. */
export async function addChannel(
  api: TestApi,
  workspaceId: string,
  platform = "sandbox",
): Promise<{ channelId: string; connectionId: string }> {
  const [connectionId, channelId] = [newId(), newId()];
  await inWorkspace(api.context.orm, workspaceId).transactional(async (em) => {
    await insertRow(em, Connection, { id: connectionId, workspaceId, platform, status: "active" });
    await insertRow(em, Channel, {
      id: channelId,
      workspaceId,
      connectionId,
      platform,
      remoteId: channelId,
      kind: "profile",
      name: `A ${platform} profile`,
    });
  });
  return { channelId, connectionId };
}

/** An image that is ready, without bytes. */
export async function addAsset(
  api: TestApi,
  workspaceId: string,
  facts: Partial<Pick<Asset, "kind" | "status" | "offlineOutput">> = {},
): Promise<string> {
  return insertRow(inWorkspace(api.context.orm, workspaceId), Asset, {
    workspaceId,
    kind: "image",
    status: "ready",
    contentType: "image/png",
    bytes: 3,
    sha256: "0".repeat(64),
    width: 10,
    height: 10,
    blobKey: `${workspaceId}/assets/${newId()}`,
    origin: "upload",
    ...facts,
  });
}

/** An upload in pieces of which nothing has arrived, with this name. */
export async function addUpload(
  api: TestApi,
  workspaceId: string,
  name = "harbour.mp4",
): Promise<string> {
  return insertRow(inWorkspace(api.context.orm, workspaceId), Upload, {
    workspaceId,
    bytes: 10,
    name,
    createdBy: "user:test",
    expiresAt: new Date(Date.now() + 60 * 60_000),
  });
}

/** A rendition of the asset with bytes in the storage, used by the targets of these posts. */
export async function addRendition(
  api: TestApi,
  workspaceId: string,
  use: { assetId: string; postIds: string[] },
): Promise<{ id: string; blobKey: string }> {
  const em = inWorkspace(api.context.orm, workspaceId);
  const blobKey = `${workspaceId}/renditions/${newId()}`;
  await api.context.storage.put({
    key: blobKey,
    data: Buffer.from("png"),
    contentType: "image/png",
  });
  const id = await insertRow(em, Rendition, {
    workspaceId,
    assetId: use.assetId,
    recipe: `as-is-${newId()}`,
    kind: "image",
    contentType: "image/png",
    bytes: 3,
    sha256: "1".repeat(64),
    width: 10,
    height: 10,
    blobKey,
  });
  for (const postId of use.postIds) {
    const targets = await em.find(Target, { postId });
    for (const target of targets)
      target.renditions = [...(target.renditions ?? []), { assetId: use.assetId, renditionId: id }];
  }
  await em.flush();
  return { id, blobKey };
}

/** A text that the offline model made. */
export async function addOfflineText(
  api: TestApi,
  workspaceId: string,
  text: string,
): Promise<string> {
  return insertRow(inWorkspace(api.context.orm, workspaceId), Generation, {
    workspaceId,
    kind: "text",
    task: "write",
    status: "succeeded",
    provider: "sandbox",
    model: "sandbox-text-1",
    prompt: "a caption",
    settings: {},
    inputs: [],
    outputs: [{ text }],
    createdBy: "user:test",
  });
}

/** An active agent that publishes to the channel. */
export async function addAgent(
  api: TestApi,
  workspaceId: string,
  facts: { channelId: string } & Partial<Pick<Agent, "autonomy" | "status">>,
): Promise<string> {
  const { channelId, ...rest } = facts;
  return insertRow(inWorkspace(api.context.orm, workspaceId), Agent, {
    workspaceId,
    name: "Harbour",
    brief: "Say what happens in the harbour.",
    channelIds: [channelId],
    schedule: { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" },
    autonomy: "suggest",
    media: "none",
    dailyPostLimit: 3,
    creditLimit: 100,
    status: "active",
    createdBy: "user:test",
    ...rest,
  });
}

/** A run of the agent. */
export async function addRun(
  api: TestApi,
  workspaceId: string,
  facts: { agentId: string; status: RunStatus; postId?: string },
): Promise<string> {
  const id = newId();
  return insertRow(inWorkspace(api.context.orm, workspaceId), Run, {
    id,
    workspaceId,
    trigger: "manual",
    workflowId: `run/${id}`,
    ...facts,
  });
}

/** The ledger's row of each target of the post. */
export async function addDeliveries(
  api: TestApi,
  post: Post,
  status: DeliveryStatus,
): Promise<string[]> {
  const em = inWorkspace(api.context.orm, post.workspaceId);
  const ids: string[] = [];
  for (const target of await em.find(Target, { postId: post.id })) {
    ids.push(
      await insertRow(em, Delivery, {
        workspaceId: post.workspaceId,
        targetId: target.id,
        status,
        marker: newId(),
        contentHash: post.contentHash ?? "",
        postVersion: post.version,
        claimedAt: new Date(),
      }),
    );
  }
  return ids;
}

/** What the worker does once a post's media is made: its content is fixed, and approval asked for where it is needed. */
export async function sealPost(api: TestApi, post: Post): Promise<void> {
  const activities = createPostActivities({
    ...api.context,
    platforms: new Map(),
    providers: new Map(),
    providerCredentials: () => ({}),
  });
  await activities.sealPost({
    workspaceId: post.workspaceId,
    postId: post.id,
    version: post.version,
    now: api.context.now().getTime(),
  });
}

/** Puts the post where the worker would have brought it. */
export async function setPost(
  api: TestApi,
  post: Pick<Post, "id" | "workspaceId">,
  status: PostStatus,
): Promise<void> {
  await onDatabase(api, (query) =>
    query("update post set status = $2 where id = $1", [post.id, status]),
  );
}

type Query = (
  sql: string,
  values?: unknown[],
) => Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;

/** Works on the test's database as the superuser, whom no policy holds. */
export async function onDatabase<T>(
  api: Pick<TestApi, "database">,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  return asSuperuser(api.database, (client) => work((sql, values) => client.query(sql, values)));
}

/** A checksum of each table's rows of the workspace. */
export async function checksumOf(
  api: TestApi,
  workspaceId: string,
): Promise<Record<string, string>> {
  return onDatabase(api, async (query) => {
    const tables = await query(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'workspace_id' order by 1`,
    );
    const sums: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const { rows } = await query(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum
         from "${String(name)}" t where workspace_id = $1`,
        [workspaceId],
      );
      sums[String(name)] = String(rows[0]?.["sum"]);
    }
    return sums;
  });
}

/** What the worker leaves of a post that went out, was refused, or of which nobody knows. Returns its first target. */
export async function endPost(
  api: TestApi,
  post: Pick<Post, "id" | "workspaceId">,
  end: "published" | "failed" | "unconfirmed",
): Promise<{ targetId: string }> {
  const em = inWorkspace(api.context.orm, post.workspaceId);
  const row = await em.findOneOrFail(Post, { id: post.id });
  const delivery = { published: "published", failed: "rejected", unconfirmed: "unknown" } as const;
  const [target] = await em.find(Target, { postId: row.id }, { orderBy: { position: "asc" } });
  if (!target) throw new Error("a post has targets");
  await addDeliveries(api, row, delivery[end]);
  await em.nativeUpdate(Delivery, { targetId: target.id }, { remoteId: "remote-1" });
  await onDatabase(api, async (query) => {
    await query(
      `update target set status = $2, remote_id = case when $2 = 'published' then 'remote-1' end,
         error = case when $2 = 'published' then null else '{"code": "content_rejected", "detail": "No."}'::jsonb end
       where post_id = $1`,
      [row.id, end],
    );
    await query("update post set status = $2 where id = $1", [row.id, end]);
  });
  return { targetId: target.id };
}
