import { stringify } from "csv-stringify/sync";
import type { PostView } from "./post-view.ts";

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
export const csvHeader = stringify([[...exportedColumns]], { record_delimiter: "windows" });

/** A line per post, as RFC 4180 has it. */
export function writePostCsv(posts: readonly PostView[]): string {
  const rows = posts.map((post) => Object.values(columns).map((read) => read(post)));
  return stringify(rows, {
    record_delimiter: "windows",
    quoted_match: /[\r\n]/,
    cast: { string: asText },
  });
}

/**
 * A cell with an apostrophe in front where a program for tables would take it for a formula, and run it: some take the
 * signs in full width too, and look behind a tab or an end of line. One that has such an apostrophe already gets another.
 */
export function asText(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell;
}

/** What a cell held before `asText`. */
export function fromText(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

const formula = /^'*[=+\-@＝＋－＠\t\r\n]/;
