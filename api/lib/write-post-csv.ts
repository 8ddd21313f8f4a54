import type { PostView } from "./post-view.ts";
import { writeCsv } from "./write-csv.ts";

/** What a list of posts says of each. */
const columns: Record<string, (post: PostView) => string | null> = {
  id: (post) => post.id,
  status: (post) => post.status,
  text: (post) => post.content.text,
  title: (post) => post.content.title ?? null,
  channels: (post) => post.targets.map(({ channelId }) => channelId).join(";"),
  channelNames: (post) => post.targets.map(({ channelName }) => channelName).join("; "),
  mode: (post) => post.schedule.mode,
  // As a file of new posts has it: the wall time where the zone decides, and nothing where the mode does.
  at: ({ schedule }) => (schedule.mode === "at" ? (schedule.localAt ?? schedule.at) : null),
  timeZone: ({ schedule }) => (schedule.mode === "at" ? schedule.timeZone : null),
  dueAt: (post) => post.schedule.at,
  approval: (post) => post.approval,
  campaign: (post) => post.campaign,
  labels: (post) => post.labels.join(";"),
  externalId: (post) => post.externalId,
  assets: (post) => post.assets.map(({ id }) => id).join(";"),
  altText: (post) => post.assets.map(({ altText }) => altText ?? "").join("|"),
  publishedAt: (post) => post.publishedAt,
  urls: (post) =>
    post.targets
      .map(({ remoteUrl }) => remoteUrl ?? "")
      .join(" ")
      .trim(),
  error: (post) => post.error?.detail ?? null,
  createdBy: (post) => post.createdBy,
  createdAt: (post) => post.createdAt,
};

/** The columns, in their order. */
export const exportedColumns: readonly string[] = Object.keys(columns);

/** The first line. */
export const csvHeader = writeCsv([exportedColumns]);

/** A line per post. */
export function writePostCsv(posts: readonly PostView[]): string {
  return writeCsv(posts.map((post) => Object.values(columns).map((read) => read(post))));
}
