import { z } from "zod";
import type { Series } from "#db/entities/index.ts";
import { justBefore } from "#domain/plan-occurrences.ts";
import { occurrencesOf, type Occurrence } from "#domain/recurrence.ts";
import { SeriesTemplate } from "#domain/schemas/series.ts";
import type { ApiContext } from "../context.ts";
import { Id, Instant, iso } from "./responses.ts";

export const OccurrenceView = z.object({
  at: Instant,
  localAt: z.string().describe("Wall time in the series' zone"),
});

export const SeriesView = z.object({
  id: Id,
  status: z.enum(["active", "paused", "ended"]),
  reason: z
    .object({ code: z.string(), detail: z.string() })
    .nullable()
    .describe("Why it paused by itself"),
  ...SeriesTemplate.shape,
  approval: z.enum(["none", "required"]),
  rrule: z.string(),
  start: z.string(),
  timeZone: z.string(),
  catchUp: z.int(),
  nextAt: Instant.nullable().describe("Its next occurrence, while it is active"),
  nextOccurrences: z.array(OccurrenceView).describe("The next three, while it is active"),
  createdBy: z.string(),
  writtenBy: z.array(Id),
  createdAt: Instant,
});
export type SeriesView = z.infer<typeof SeriesView>;

/** A series as the API shows it. Its posts are under `/v1/posts?seriesId=`. */
export function viewSeries(context: ApiContext, series: Series): SeriesView {
  const next = series.status === "active" ? nextOf(series, context.now(), 3) : [];
  return {
    id: series.id,
    status: series.status,
    reason: series.reason ?? null,
    ...series.template,
    approval: series.approval,
    rrule: series.rrule,
    start: series.start,
    timeZone: series.timeZone,
    catchUp: series.catchUp,
    nextAt: next[0] ? iso(next[0].at) : null,
    nextOccurrences: next.map(viewOccurrence),
    createdBy: series.createdBy,
    writtenBy: series.writtenBy,
    createdAt: iso(series.createdAt),
  };
}

export function viewOccurrence({ at, localAt }: Occurrence): z.infer<typeof OccurrenceView> {
  return { at: iso(at), localAt };
}

/** The next occurrences after an instant. */
export function nextOf(
  recurrence: { rrule: string; start: string; timeZone: string },
  after: Date,
  limit: number,
): Occurrence[] {
  const range = { after: justBefore(recurrence, after), later: after, limit };
  return occurrencesOf(recurrence, range).found;
}
