import { CsvError, parse } from "csv-parse/sync";
import { Problem } from "#domain/errors.ts";
import type { BatchRow } from "./make-batch.ts";
import { readRow } from "./read-batch.ts";
import { toInvalidRow } from "./row-problem.ts";
import { fromText } from "./write-csv.ts";
import { exportedColumns } from "./write-post-csv.ts";

/** The columns that a file of posts may have, in any order. */
export const postColumns = [
  "text",
  "title",
  "channels",
  "at",
  "timeZone",
  "mode",
  "approval",
  "campaign",
  "labels",
  "externalId",
  "assets",
  "altText",
] as const;
type Column = (typeof postColumns)[number];

/** A channel as a row may name it. */
export interface NamedChannel {
  id: string;
  platform: string;
  name: string;
  handle: string | null;
}

/** As many posts may be made at once. */
export const maximumRows = 500;

/**
 * Reads a file of posts: RFC 4180 with a header, with a comma or a semicolon between cells, with or without a byte order
 * mark. Channels are named by id, handle, or `platform:handle`. What else an exported file says of each post is passed
 * over. Throws Problem 422 `invalid_csv` where the file as a
 * whole can't be read.
 */
export function readPostCsv(text: string, channels: readonly NamedChannel[]): BatchRow[] {
  const records = parseRecords(text);
  if (records.length === 0) throw unreadable("It holds no row besides the header.");
  if (records.length > maximumRows)
    throw unreadable(`It holds more than ${maximumRows} rows; so many are allowed at once.`);
  return records.map((record, index) => toRow(record, index + 1, channels));
}

function parseRecords(text: string): Partial<Record<Column, string>>[] {
  const header = text.slice(0, /\r?\n|\r|$/.exec(text)?.index);
  try {
    return parse(text, {
      bom: true,
      delimiter: header.includes(";") && !header.includes(",") ? ";" : ",",
      columns: (names: string[]) => checkColumns(names.map((name) => name.trim())),
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // One too many tells that there are too many: the rest is not read.
      to: maximumRows + 1,
    });
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(`It is no CSV: ${error.message}.`);
    throw error;
  }
}

function checkColumns(names: string[]): string[] {
  const known: readonly string[] = postColumns;
  const strange = names.filter((name) => !known.includes(name) && !exportedColumns.includes(name));
  if (strange.length > 0) {
    throw unreadable(
      `It has columns that are not known: ${strange.slice(0, 10).join(", ")}. The first line names the columns, of ${known.join(", ")}.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw unreadable(`It has the column ${twice} twice.`);
  if (!names.includes("channels")) throw unreadable("It has no column channels.");
  return names;
}

function unreadable(detail: string): Problem {
  return new Problem({ status: 422, code: "invalid_csv", detail: detail.slice(0, 600) });
}

function toRow(
  record: Partial<Record<Column, string>>,
  row: number,
  channels: readonly NamedChannel[],
): BatchRow {
  const cell = (column: Column) => {
    const value = fromText(record[column]?.trim() ?? "");
    return value === "" ? undefined : value;
  };
  const errors: { pointer: string; detail: string }[] = [];
  const targets = listOf(cell("channels")).flatMap((name) => {
    const found = findChannel(channels, name);
    if ("id" in found) return [{ channelId: found.id }];
    errors.push({ pointer: "/channels", detail: found.problem });
    return [];
  });
  if (cell("channels") === undefined)
    errors.push({ pointer: "/channels", detail: "names no channel" });
  const mode = cell("mode") ?? (cell("at") === undefined ? undefined : "at");
  // A cell that was forgotten must not publish at once.
  if (mode === undefined)
    errors.push({
      pointer: "/at",
      detail: "is missing: give a time, or write now or queue as mode",
    });
  const assets = listOf(cell("assets"));
  const altTexts = (cell("altText") ?? "").split("|").map((one) => one.trim());
  if (altTexts.length > Math.max(1, assets.length) || (assets.length === 0 && altTexts[0] !== ""))
    errors.push({ pointer: "/altText", detail: "describes more files than there are" });
  const read = readRow(
    {
      content: { text: cell("text") ?? "", title: cell("title") },
      targets:
        targets.length > 0 ? targets : [{ channelId: "00000000-0000-0000-0000-000000000000" }],
      schedule: { mode: mode ?? "now", at: cell("at"), timeZone: cell("timeZone") },
      approval: cell("approval"),
      campaign: cell("campaign"),
      labels: listOf(cell("labels")),
      externalId: cell("externalId"),
      assets: assets.map((id, index) => ({ id, altText: altTexts[index] || undefined })),
    },
    row,
    columnOf,
  );
  if (errors.length === 0) return read;
  const more = "problem" in read ? read.problem.errors : [];
  return { row, problem: toInvalidRow([...errors, ...more]) };
}

/** The column that a place in a post was read from. */
export function columnOf(pointer: string): string {
  if (/^\/(targets|parts)/.test(pointer)) return "/channels";
  if (/^\/assets\/\d+\/altText/.test(pointer)) return "/altText";
  if (pointer.startsWith("/assets")) return "/assets";
  if (pointer.startsWith("/labels")) return "/labels";
  return pointer.replace(/^\/(content|schedule)(?=\/)/, "");
}

function listOf(cell: string | undefined): string[] {
  return (cell ?? "")
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function findChannel(
  channels: readonly NamedChannel[],
  name: string,
): { id: string } | { problem: string } {
  const plain = (handle: string) => handle.replace(/^@/, "").toLowerCase();
  const byId = channels.find(({ id }) => id === name.toLowerCase());
  if (byId) return byId;
  const fitting = channels.filter(({ platform, handle }) => {
    if (handle === null) return false;
    return (
      plain(handle) === plain(name) ||
      `${platform}:${plain(handle)}` === name.toLowerCase().replace(/:@/, ":")
    );
  });
  const [first, second] = fitting;
  if (first && !second) return first;
  const shown = name.slice(0, 100);
  return {
    problem: first
      ? `names several channels: ${shown}. Write ${fitting.map((one) => `${one.platform}:${one.handle ?? ""}`).join(" or ")}, or the channel's id.`
      : `names no channel of this workspace: ${shown}`,
  };
}
