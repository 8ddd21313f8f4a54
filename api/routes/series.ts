import { LockMode } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { NIL } from "uuid";
import { z } from "zod";
import { Series } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { makeOccurrences } from "#db/make-occurrences.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { restoreOccurrences } from "#db/restore-occurrences.ts";
import { withdrawOccurrences, type Withdrawn } from "#db/withdraw-occurrences.ts";
import { Problem } from "#domain/errors.ts";
import { checkRecurrence } from "#domain/recurrence.ts";
import type { SeriesTemplate } from "#domain/schemas/series.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { checkPost, requireNoneNeeded } from "../lib/check-post.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { findContent } from "../lib/find-content.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { IdParams, responses } from "../lib/responses.ts";
import { NewSeries, recurrence, SeriesChange } from "../lib/series-requests.ts";
import {
  nextOf,
  OccurrenceView,
  SeriesView,
  viewOccurrence,
  viewSeries,
} from "../lib/series-view.ts";
import { principalOf, requireScope } from "../plugins/access.ts";

const Changed = SeriesView.extend({ engine: EngineAnswer });
const mostOpen = 500;

/** Series: posts that recur. Each occurrence is a post of its own, made ahead of its time. */
export const addSeriesRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/series",
    config: { access: { scope: "posts:write" } },
    schema: {
      tags: ["series"],
      summary: "Publish by a recurrence rule",
      description:
        "The next ten occurrences within 14 days become posts at once, the others in time. Those before now are none of its business.",
      body: NewSeries,
      response: responses({ 201: Changed }, [
        "not_found",
        "file_expired",
        "missing_scope",
        "approval_required",
        "content_refused",
        "sandbox_output",
        "invalid_rule",
        "too_many_series",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId, actor, userId } = principal;
      const body = request.body;
      if (body.approval === "none") requireScope(principal, "posts:publish");
      checkRecurrence(body);
      return accept(context, { request, reply }, { status: 201 }, async (em) => {
        await refuseTooMany(em, workspaceId);
        const { template, offlineOutput } = await templateOf(context, em, body);
        const { rrule, start, timeZone, catchUp, approval } = body;
        const id = await insertRow(em, Series, {
          workspaceId,
          template,
          offlineOutput,
          approval,
          rrule,
          start,
          timeZone,
          catchUp,
          status: "active",
          createdBy: actor,
          writtenBy: [userId],
          notBefore: context.now(),
        });
        const series = await em.findOneOrFail(Series, { id });
        const outboxIds = await tellAndMake(em, request, {
          series,
          event: "active",
          action: "series.created",
          now: context.now(),
        });
        return {
          body: viewSeries(context, series),
          outboxIds,
          location: `/v1/series/${id}`,
          subjectId: id,
        };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/series/preview",
    // It changes nothing.
    config: { access: { scope: "posts:write" }, idempotent: false },
    schema: {
      tags: ["series"],
      summary: "The next ten occurrences that a rule has",
      body: z.strictObject(recurrence),
      response: responses({ 200: z.object({ occurrences: z.array(OccurrenceView) }) }, [
        "invalid_rule",
      ]),
    },
    handler: async (request) => {
      checkRecurrence(request.body);
      return { occurrences: nextOf(request.body, context.now(), 10).map(viewOccurrence) };
    },
  });

  app.route({
    method: "GET",
    url: "/v1/series",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["series"],
      summary: "List series, newest first",
      querystring: PageQuery.extend({ status: z.enum(["active", "paused", "ended"]).optional() }),
      response: responses({ 200: pageOf(SeriesView) }),
    },
    handler: async (request) => {
      const { limit, cursor, status } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        Series,
        { ...afterCursor(cursor), ...(status ? { status } : {}) },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewSeries(context, row));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/series/:id",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["series"],
      summary: "One series; its posts are under /v1/posts?seriesId=",
      params: IdParams,
      response: responses({ 200: SeriesView }, ["not_found"]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      return viewSeries(context, found(await em.findOne(Series, request.params), "series"));
    },
  });

  app.route({
    method: "PATCH",
    url: "/v1/series/:id",
    config: { access: { scope: "posts:write" } },
    schema: {
      tags: ["series"],
      summary: "Change what a series publishes, or when",
      description:
        "Posts to come that it made already are cancelled and made anew; those that somebody edited, moved or approved stay as they are.",
      params: IdParams,
      body: SeriesChange,
      response: responses({ 200: Changed }, [
        "not_found",
        "file_expired",
        "missing_scope",
        "already_ended",
        "approval_required",
        "content_refused",
        "sandbox_output",
        "invalid_rule",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      return changeSeries(context, { request, reply }, async (em, series) => {
        requireNotEnded(series);
        const change = request.body;
        const approval = change.approval ?? series.approval;
        if (approval === "none" || series.approval === "none")
          requireScope(principal, "posts:publish");
        const asked = { ...series.template, ...given(change), approval };
        const { template, offlineOutput } = await templateOf(context, em, asked);
        Object.assign(series, {
          template,
          offlineOutput,
          approval,
          rrule: change.rrule ?? series.rrule,
          start: change.start ?? series.start,
          timeZone: change.timeZone ?? series.timeZone,
          catchUp: change.catchUp ?? series.catchUp,
          writtenBy: [...new Set([...series.writtenBy, principal.userId])],
        });
        checkRecurrence(series);
        const withdrawn = await withdraw(context, em, { series, which: "untouched" });
        return { event: "changed", action: "series.changed", withdrawn };
      });
    },
  });

  for (const [verb, status, summary] of [
    ["pause", "paused", "Pause: what it made and is not out is cancelled"],
    [
      "resume",
      "active",
      "Resume: what somebody had edited is made again; what was due meanwhile is not made up for",
    ],
    ["end", "ended", "End for good: what it made and is not out is cancelled"],
  ] as const) {
    app.route({
      method: "POST",
      url: `/v1/series/:id/${verb}`,
      config: { access: { scope: "posts:write" } },
      schema: {
        tags: ["series"],
        summary,
        params: IdParams,
        response: responses({ 200: Changed }, ["not_found", "missing_scope", "already_ended"]),
      },
      handler: async (request, reply) =>
        changeSeries(context, { request, reply }, async (em, series) => {
          if (status === "active" && series.approval === "none")
            requireScope(principalOf(request), "posts:publish");
          if (series.status === status) return undefined;
          requireNotEnded(series);
          const stops = status !== "active";
          series.status = status;
          series.reason = null;
          const withdrawn = stops
            ? await withdraw(context, em, { series, which: verb === "pause" ? "pause" : "all" })
            : await resume(context, em, series);
          const action = `series.${verb === "resume" ? "resumed" : status}`;
          return { event: status, action, withdrawn };
        }),
    });
  }
};

/** Changes a series under its row's lock, and makes what it then has to make. */
async function changeSeries(
  context: ApiContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  change: (
    em: EntityManager,
    series: Series,
  ) => Promise<{ event: SeriesEvent; action: string; withdrawn: Withdrawn } | undefined>,
) {
  const { id } = IdParams.parse(request.params);
  const now = context.now();
  return accept(context, { request, reply }, { status: 200 }, async (em) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
    const series = found(await em.findOne(Series, { id }, lock), "series");
    const changed = await change(em, series);
    const outboxIds: string[] = [...(changed?.withdrawn.outboxIds ?? [])];
    if (changed) {
      series.version += 1;
      outboxIds.push(...(await tellAndMake(em, request, { series, ...changed, now })));
    }
    return {
      body: viewSeries(context, series),
      outboxIds,
      subjectId: id,
      afterCommit: async () => {
        for (const key of changed?.withdrawn.blobs ?? []) await context.storage.delete(key);
      },
    };
  });
}

/** Takes back what it made; what is left of its time begins now. */
async function withdraw(
  context: ApiContext,
  em: EntityManager,
  { series, which }: { series: Series; which: "all" | "untouched" | "pause" },
): Promise<Withdrawn> {
  await em.flush();
  const withdrawn = await withdrawOccurrences(em, { series, which, now: context.now() });
  begin(context, series);
  return withdrawn;
}

/** Makes again what somebody had touched before the pause; the rest of its time begins now. */
async function resume(context: ApiContext, em: EntityManager, series: Series): Promise<Withdrawn> {
  const outboxIds = await restoreOccurrences(em, { series, now: context.now() });
  begin(context, series);
  return { posts: 0, blobs: [], outboxIds };
}

function begin(context: ApiContext, series: Series): void {
  series.notBefore = context.now();
  series.madeThrough = null;
  series.nextAt = null;
}

/** Holds what a series is to publish against all that is known now. Throws what `checkPost` throws. */
async function templateOf(
  context: ApiContext,
  em: EntityManager,
  asked: Pick<NewSeries, "content" | "assets" | "parts" | "targets" | "approval"> &
    Pick<SeriesTemplate, "campaign" | "labels">,
): Promise<{ template: SeriesTemplate; offlineOutput: boolean }> {
  const campaign = asked.campaign ?? null;
  // Its posts are none yet; any other id is as long.
  const known = await findContent(context, em, [asked]);
  const checked = checkPost(context, { ...asked, campaign, id: NIL }, known);
  if (asked.approval === "none") requireNoneNeeded(checked.targets);
  const { content, assets, parts, labels = [] } = asked;
  const targets = checked.targets.map(({ channel, overrides, settings, takesDefaults }) => ({
    channelId: channel.id,
    overrides,
    settings,
    defaults: takesDefaults,
  }));
  return {
    template: { content, assets, parts, targets, campaign, labels },
    offlineOutput: checked.offlineOutput,
  };
}

/** Without what is absent. */
function given(change: z.infer<typeof SeriesChange>) {
  const { content, assets, parts, targets, campaign, labels } = change;
  return {
    ...(content ? { content } : {}),
    ...(assets ? { assets } : {}),
    ...(parts ? { parts } : {}),
    ...(targets ? { targets } : {}),
    ...(campaign === undefined ? {} : { campaign }),
    ...(labels ? { labels } : {}),
  };
}

/** One that is made at the same moment counts too. Throws Problem 409 `too_many_series`. */
async function refuseTooMany(em: EntityManager, workspaceId: string): Promise<void> {
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 19))", [workspaceId]);
  if ((await em.count(Series, { status: { $ne: "ended" } })) < mostOpen) return;
  throw new Problem({
    status: 409,
    code: "too_many_series",
    detail: `A workspace has ${mostOpen} series at most that have not ended. End one first.`,
  });
}

function requireNotEnded(series: Series): void {
  if (series.status !== "ended") return;
  const detail = "The series has ended. Make a new one.";
  throw new Problem({ status: 409, code: "already_ended", detail });
}

/** What is told of a series, as the second part of its event. */
type SeriesEvent = "active" | "changed" | "paused" | "ended";

/** Tells of the series, makes what it has to make now, and writes both down. Returns what the posts' workflows are to be told. */
async function tellAndMake(
  em: EntityManager,
  request: FastifyRequest,
  input: { series: Series; event: SeriesEvent; action: string; withdrawn?: Withdrawn; now: Date },
): Promise<string[]> {
  const { series, event, action, withdrawn, now } = input;
  const { workspaceId, actor } = principalOf(request);
  await em.flush();
  await recordEvent(em, {
    workspaceId,
    type: `series.${event}`,
    subjectKind: "series",
    subjectId: series.id,
    data: { version: series.version },
  });
  const { outboxIds } = await makeOccurrences(em, { seriesId: series.id, now });
  // The log's lock comes last: whoever holds it waits for nothing else.
  await recordAudit(em, {
    workspaceId,
    actor,
    action,
    subject: `series:${series.id}`,
    address: request.ip,
    detail: { approval: series.approval, withdrawn: withdrawn?.posts ?? 0 },
  });
  return outboxIds;
}
