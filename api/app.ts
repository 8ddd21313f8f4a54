import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import multipart from "@fastify/multipart";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { randomUUID } from "node:crypto";
import { logFacts } from "../logger.ts";
import type { ApiContext } from "./context.ts";
import { mediaOriginOf } from "./lib/media-origin.ts";
import { maximumUploadBytes } from "./lib/receive-upload.ts";
import { createDescriber } from "./openapi/describe-routes.ts";
import { addAccess, referencePage } from "./plugins/access.ts";
import { addProblems, answerUnroutable } from "./plugins/problems.ts";
import { addStreams } from "./plugins/streams.ts";
import { observeRequests } from "./plugins/observe-requests.ts";
import { limitAddresses, limitCallers } from "./plugins/rate-limit.ts";
import { addTemporalUi } from "./plugins/temporal-ui.ts";
import { addTextCheck } from "./plugins/text-check.ts";
import { addTimeLimits, bodyMs } from "./plugins/time-limits.ts";
import { answerUnreadable } from "./plugins/unreadable.ts";
import { validateRequest } from "./plugins/validate-request.ts";
import { addAgentRoutes } from "./routes/agents.ts";
import { addApiKeyRoutes } from "./routes/api-keys.ts";
import { addAssetRoutes } from "./routes/assets.ts";
import { addAuditEventRoutes } from "./routes/audit-events.ts";
import { addAuthRoutes } from "./routes/auth.ts";
import { addChannelRoutes } from "./routes/channels.ts";
import { addConsoleRoutes, isConsolePage, sendConsole } from "./routes/console.ts";
import { addConnectionRoutes } from "./routes/connections.ts";
import { addCreditRoutes } from "./routes/credits.ts";
import { addEventRoutes } from "./routes/events.ts";
import { addGenerationRoutes } from "./routes/generations.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addInvitationRoutes } from "./routes/invitations.ts";
import { addMediaRoutes } from "./routes/media.ts";
import { addMemberRoutes } from "./routes/members.ts";
import { addMetricRoutes } from "./routes/metrics.ts";
import { addModelRoutes } from "./routes/models.ts";
import { addNotificationRoutes } from "./routes/notifications.ts";
import { addOpenApiRoute } from "./routes/openapi.ts";
import { addOperatorGrantRoutes } from "./routes/operator-grants.ts";
import { addPaymentRoutes } from "./routes/payments.ts";
import { addPlatformRoutes } from "./routes/platforms.ts";
import { addNeedsYouRoutes } from "./routes/needs-you.ts";
import { addPostBatchRoutes } from "./routes/post-batches.ts";
import { addPostDeliveryRoutes } from "./routes/post-deliveries.ts";
import { addPostRoutes } from "./routes/posts.ts";
import { addProviderRoutes } from "./routes/providers.ts";
import { addQueueRoutes } from "./routes/queues.ts";
import { addRetentionRoutes } from "./routes/retention.ts";
import { addRunRoutes } from "./routes/runs.ts";
import { addSeriesRoutes } from "./routes/series.ts";
import { addSessionRoutes } from "./routes/sessions.ts";
import { addUploadRoutes } from "./routes/uploads.ts";
import { addUsageRoutes } from "./routes/usage.ts";
import { addWebhookRoutes } from "./routes/webhooks.ts";
import { addWorkspaceRoutes } from "./routes/workspaces.ts";

export type App = Awaited<ReturnType<typeof buildApp>>;

/** Builds the whole API; `inject` or `listen` comes after. */
export async function buildApp(context: ApiContext) {
  const loggerInstance: FastifyBaseLogger = context.logger;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "requestId",
    }),
    genReqId: () => randomUUID(),
    trustProxy: context.trustProxy,
    bodyLimit: 1024 * 1024,
    // An upload of the largest file takes minutes on a slow line.
    requestTimeout: 600_000,
    http: { headersTimeout: 15_000 },
    clientErrorHandler: answerUnreadable,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerUnroutable,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validateRequest);
  app.setSerializerCompiler(serializerCompiler);
  // A form that another site posts as plain text must not be taken for JSON.
  app.removeContentTypeParser("text/plain");
  takeEmptyJson(app);
  addProblems(app, (request, reply) =>
    isConsolePage(request) ? sendConsole(context, reply) : undefined,
  );
  if (context.requestSpans) await app.register(context.requestSpans);
  addRequestLog(app);
  await app.register(helmet, helmetOptions(context));
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: maximumUploadBytes, files: 1, fields: 10 } });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Drumbeat",
        version: "1",
        description:
          "Connect accounts, generate content, schedule and publish posts, run agents, read metrics.",
      },
      servers: [{ url: "/", description: "The installation that serves this" }],
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An API key" },
          session: {
            type: "apiKey",
            in: "cookie",
            name: "sid",
            description: "A signed-in person; with https the cookie is named __Host-sid",
          },
        },
      },
    },
    ...createDescriber(),
  });
  limitAddresses(app, context.rateLimits);
  addTimeLimits(app, { bodyMs });
  addAccess(app, context);
  limitCallers(app, context.rateLimits);
  addTextCheck(app);
  addStreams(app, context);
  observeRequests(app, context);
  await app.register(swaggerUi, {
    routePrefix: referencePage,
    staticCSP: true,
    uiConfig: { tryItOutEnabled: false, layout: "BaseLayout" },
    theme: { title: "Drumbeat API" },
  });
  for (const add of [
    addHealthRoutes,
    addOpenApiRoute,
    addConsoleRoutes,
    addAuthRoutes,
    addSessionRoutes,
    addWorkspaceRoutes,
    addMemberRoutes,
    addInvitationRoutes,
    addAuditEventRoutes,
    addApiKeyRoutes,
    addPlatformRoutes,
    addConnectionRoutes,
    addChannelRoutes,
    addAssetRoutes,
    addMediaRoutes,
    addUploadRoutes,
    addGenerationRoutes,
    addModelRoutes,
    addProviderRoutes,
    addPostRoutes,
    addPostBatchRoutes,
    addPostDeliveryRoutes,
    addNeedsYouRoutes,
    addSeriesRoutes,
    addQueueRoutes,
    addMetricRoutes,
    addAgentRoutes,
    addRunRoutes,
    addUsageRoutes,
    addRetentionRoutes,
    addCreditRoutes,
    addPaymentRoutes,
    addOperatorGrantRoutes,
    addWebhookRoutes,
    addNotificationRoutes,
    addEventRoutes,
  ]) {
    add(app, context);
  }
  await addTemporalUi(app, context);
  return app;
}

/** Many clients claim JSON on every request: where no body is needed, none is as good as none claimed. */
function takeEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

/** One line per request: who, what, how long; no query (it may hold a code), no body, no header. */
function addRequestLog(app: FastifyInstance): void {
  // Whatever writes to the log while a request is handled names it. Reading a body loses the thread: it is taken up anew.
  const name = (request: FastifyRequest, _reply: FastifyReply, done: () => void) =>
    logFacts.run({ requestId: request.id }, done);
  app.addHook("onRequest", name);
  app.addHook("preValidation", name);
  app.addHook("onResponse", async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? "unknown",
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        workspaceId: request.principal?.workspaceId,
        actor: request.principal?.actor,
      },
      "request",
    );
  });
  app.addHook("onSend", async (request, reply) => {
    reply.header("X-Request-Id", request.id);
    if (!reply.hasHeader("Cache-Control")) reply.header("Cache-Control", "no-store");
  });
}

function helmetOptions(context: ApiContext) {
  const secure = context.publicUrl.startsWith("https:");
  return {
    global: true,
    hsts: secure ? { maxAge: 15_552_000 } : false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", "data:", "blob:", () => mediaOriginOf(context)],
        mediaSrc: ["'self'", "blob:", () => mediaOriginOf(context)],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" as const },
  };
}
