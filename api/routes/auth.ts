import type { FastifyReply, FastifyRequest } from "fastify";
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { Member, Session, User, Workspace, WorkspaceDetails } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { forUser, inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { verifyPassword } from "../lib/password.ts";
import { registerUser } from "../lib/register-user.ts";
import { Id, responses } from "../lib/responses.ts";
import { sessionCookie, sessionLifeMs } from "../lib/session-cookie.ts";
import { countTry, takeBackTry, type ThrottleRule } from "../lib/throttle.ts";
import { principalOf } from "../plugins/access.ts";

const Email = z.email("is not an e-mail address").max(320);
const UserView = z.object({ id: Id, name: z.string(), email: z.string() });
const WorkspaceView = z.object({ id: Id, name: z.string() });
const SignedIn = z.object({ user: UserView, workspace: WorkspaceView });

/** Accounts of people: register, sign in, sign out, who am I. */
export const addAuthRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/auth/register",
    config: { access: { public: true } },
    schema: {
      tags: ["account"],
      summary: "Register, with a workspace of one's own",
      body: z.strictObject({
        name: z.string().trim().min(1).max(200),
        email: Email,
        password: z.string().min(8, "must have at least 8 characters").max(200),
      }),
      response: responses({ 201: SignedIn }, [409]),
    },
    handler: async (request, reply) => {
      // Every try counts, so that nobody fills the installation with accounts, or keeps it busy with hashing.
      await countTry(context.orm, [
        { kind: "register", who: request.ip, free: 20, windowSeconds: 3_600 },
      ]);
      const registered = await registerUser({
        orm: context.orm,
        registration: context.registration,
        ...request.body,
        address: request.ip,
      });
      await startSession(context, request, reply, {
        userId: registered.user.id,
        workspaceId: registered.workspace.id,
      });
      return reply.code(201).send(registered);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/auth/login",
    config: { access: { public: true } },
    schema: {
      tags: ["account"],
      summary: "Sign in",
      body: z.strictObject({ email: Email, password: z.string().max(200) }),
      response: responses({ 200: SignedIn }),
    },
    handler: async (request, reply) => {
      const email = request.body.email.trim().toLowerCase();
      const rules = throttleRules(email, request.ip);
      await countTry(context.orm, rules);
      const user = await outsideWorkspaces(context.orm).findOne(
        User,
        { email },
        { populate: ["passwordHash"] },
      );
      if (!(await verifyPassword(request.body.password, user?.passwordHash)) || !user) {
        throw new Problem({
          status: 401,
          code: "wrong_credentials",
          detail: "The e-mail address or password is wrong.",
        });
      }
      await takeBackTry(context.orm, { forget: rules.slice(0, 1), others: rules.slice(1) });
      const workspace = await firstWorkspace(context, user.id);
      await outsideWorkspaces(context.orm).nativeUpdate(
        User,
        { id: user.id },
        { lastLoginAt: context.now() },
      );
      await startSession(context, request, reply, { userId: user.id, workspaceId: workspace.id });
      return { user: { id: user.id, name: user.name, email: user.email }, workspace };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/auth/logout",
    config: { access: { session: true } },
    schema: { tags: ["account"], summary: "Sign out", response: responses({ 204: z.null() }) },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      if (principal.kind === "user") {
        await outsideWorkspaces(context.orm).nativeUpdate(
          Session,
          { id: principal.sessionId },
          { revokedAt: context.now() },
        );
      }
      const { name, options } = sessionCookie(context.publicUrl);
      return reply
        .clearCookie(name, { path: options.path ?? "/" })
        .code(204)
        .send(null);
    },
  });

  app.route({
    method: "GET",
    url: "/v1/me",
    config: { access: { principal: true } },
    schema: {
      tags: ["account"],
      summary: "Who is asking, and what they may do",
      response: responses({
        200: z.object({
          user: UserView.nullable().describe("Null when an API key asks"),
          workspace: WorkspaceView.extend({ credits: z.int() }),
          role: z.string().nullable(),
          operator: z.boolean(),
          scopes: z.array(z.string()),
        }),
      }),
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const details = await inWorkspace(context.orm, principal.workspaceId).findOneOrFail(
        WorkspaceDetails,
        {
          id: principal.workspaceId,
        },
      );
      const user =
        principal.kind === "user"
          ? await outsideWorkspaces(context.orm).findOneOrFail(User, { id: principal.userId })
          : undefined;
      return {
        user: user ? { id: user.id, name: user.name, email: user.email } : null,
        workspace: { id: details.id, name: details.name, credits: details.credits },
        role: principal.kind === "user" ? principal.role : null,
        operator: principal.kind === "user" && principal.operator,
        scopes: [...principal.scopes],
      };
    },
  });
};

/** The account first, then the address: whoever knows a password is not kept out by those who guess elsewhere. */
function throttleRules(email: string, address: string): ThrottleRule[] {
  return [
    { kind: "sign-in", who: `${email}|${address}`, free: 10, windowSeconds: 300 },
    { kind: "sign-in-address", who: address, free: 100, windowSeconds: 300 },
  ];
}

async function startSession(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  who: { userId: string; workspaceId: string },
): Promise<void> {
  const token = randomBytes(32).toString("base64url");
  const now = context.now();
  await insertRow(outsideWorkspaces(context.orm), Session, {
    ...who,
    tokenHash: createHash("sha256").update(token).digest("hex"),
    lastSeenAt: now,
    authenticatedAt: now,
    expiresAt: new Date(now.getTime() + sessionLifeMs),
    userAgent: request.headers["user-agent"]?.slice(0, 400) ?? null,
    address: request.ip.slice(0, 64),
  });
  const { name, options } = sessionCookie(context.publicUrl);
  reply.setCookie(name, token, options);
}

async function firstWorkspace(
  context: ApiContext,
  userId: string,
): Promise<{ id: string; name: string }> {
  const [member] = await forUser(context.orm, userId).find(
    Member,
    { userId },
    { orderBy: { id: "asc" }, limit: 1 },
  );
  const workspace = member
    ? await outsideWorkspaces(context.orm).findOne(Workspace, { id: member.workspaceId })
    : null;
  if (!workspace) {
    throw new Problem({
      status: 403,
      code: "no_workspace",
      detail: "You are no member of a workspace. Ask for an invitation.",
    });
  }
  const details = await inWorkspace(context.orm, workspace.id).findOneOrFail(WorkspaceDetails, {
    id: workspace.id,
  });
  return { id: workspace.id, name: details.name };
}
