import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { announceAccess } from "#db/announce-access.ts";
import { Session, User, WorkspaceDetails } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { clientSignal } from "../lib/client-signal.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { addressBlock } from "../lib/address-block.ts";
import { afterAnswers } from "../lib/after-answer.ts";
import { joinByInvitation, linkOf } from "../lib/join-by-invitation.ts";
import { lastWorkspace } from "../lib/last-workspace.ts";
import { verifyPassword } from "../lib/password.ts";
import { registerUser } from "../lib/register-user.ts";
import {
  Email,
  InvitationToken,
  responses,
  SignedIn,
  UserView,
  WorkspaceView,
} from "../lib/responses.ts";
import { sessionCookie } from "../lib/session-cookie.ts";
import {
  clearSessionCookie,
  hashOf,
  newSessionToken,
  setSessionCookie,
  startSession,
} from "../lib/start-session.ts";
import { countSlowedTry, countTry, takeBackTry, type ThrottleRule } from "../lib/throttle.ts";
import { personOf, principalOf } from "../plugins/access.ts";
import { sessionEnded } from "../plugins/principal.ts";

/** Accounts of people: register, sign in, sign out, who am I. */
export const addAuthRoutes: RouteAdder = (app, context) => {
  const afterAnswer = afterAnswers(app);

  app.route({
    method: "POST",
    url: "/v1/auth/register",
    config: { access: { public: true } },
    schema: {
      tags: ["account"],
      summary: "Register, with a workspace of one's own or into the one of an invitation",
      body: z.strictObject({
        name: z.string().trim().min(1).max(200),
        email: Email,
        password: z.string().min(8, "must have at least 8 characters").max(200),
        invitation: InvitationToken.optional().describe(
          "Of an invitation for this e-mail address: makes no workspace of one's own, and works where registration is closed",
        ),
      }),
      response: responses({ 201: SignedIn }, [
        "email_taken",
        "registration_closed",
        "invitation_not_valid",
        "other_account",
        "too_many_tries",
      ]),
    },
    handler: async (request, reply) => {
      // Every try counts, so that nobody fills the installation with accounts, or keeps it busy with hashing.
      await countTry(context.orm, [
        { kind: "register", who: addressBlock(request.ip), free: 20, windowSeconds: 3_600 },
      ]);
      const { invitation, ...account } = request.body;
      const registered = await registerUser({
        orm: context.orm,
        registration: context.registration,
        ...account,
        ...(invitation === undefined
          ? {}
          : { invitation: { link: linkOf(invitation), now: context.now() } }),
        address: request.ip,
      });
      const who = { userId: registered.user.id, workspaceId: registered.workspace.id };
      const token = await outsideWorkspaces(context.orm).transactional((em) =>
        startSession(em, context, request, who),
      );
      setSessionCookie(context, reply, { token });
      return reply.code(201).header("Location", "/v1/me").send(registered);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/auth/login",
    config: { access: { public: true } },
    schema: {
      tags: ["account"],
      summary: "Sign in, to the workspace that was used last or the one of an invitation",
      body: z.strictObject({
        email: Email,
        password: z.string().max(200),
        invitation: InvitationToken.optional().describe("Accepts it"),
      }),
      response: responses({ 200: SignedIn }, [
        "wrong_credentials",
        "no_workspace",
        "too_many_tries",
        "invitation_not_valid",
        "other_account",
      ]),
    },
    handler: async (request, reply) => {
      const email = request.body.email.trim().toLowerCase();
      const rules = throttleRules(email, request.ip);
      await countTry(context.orm, rules);
      await context.pause(
        await countSlowedTry(context.orm, accountRule(email)),
        clientSignal(reply),
      );
      const user = await outsideWorkspaces(context.orm).findOne(
        User,
        { email },
        { populate: ["passwordHash"] },
      );
      if (!(await verifyPassword(request.body.password, user?.passwordHash)) || !user) {
        // Not before the answer: it would take longer for an address that has an account.
        if (user) afterAnswer({ request, reply }, () => noteFailure(user.id, request.ip));
        throw new Problem({
          status: 401,
          code: "wrong_credentials",
          detail: "The e-mail address or password is wrong.",
        });
      }
      await takeBackTry(context.orm, {
        forget: rules.slice(0, 1),
        others: [...rules.slice(1), accountRule(email)],
      });
      const { invitation } = request.body;
      const link = invitation === undefined ? undefined : linkOf(invitation);
      const workspaceId = link?.workspaceId ?? (await lastWorkspace(context.orm, user.id));
      if (workspaceId === undefined) {
        throw new Problem({
          status: 403,
          code: "no_workspace",
          detail: "You are no member of a workspace. Ask for an invitation.",
        });
      }
      const signedIn = await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        const now = context.now();
        // Before the first line of the log: whoever holds that waits for nothing else.
        await em.nativeUpdate(User, { id: user.id }, { lastLoginAt: now });
        if (link) await joinByInvitation(em, { link, user, now, address: request.ip });
        const token = await startSession(em, context, request, { userId: user.id, workspaceId });
        await recordAudit(em, {
          workspaceId,
          actor: `user:${user.id}`,
          action: "user.signed-in",
          address: request.ip,
        });
        const { name } = await em.findOneOrFail(WorkspaceDetails, { id: workspaceId });
        return { token, name };
      });
      setSessionCookie(context, reply, signedIn);
      return {
        user: { id: user.id, name: user.name, email: user.email },
        workspace: { id: workspaceId, name: signedIn.name },
      };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/auth/step-up",
    config: { access: { session: true }, idempotent: false },
    schema: {
      tags: ["account"],
      summary: "Give the password anew, for what needs it given within the last 10 minutes",
      description:
        "The session gets a new token in its cookie; the old one ends at once, and so do the streams that were opened with it.",
      body: z.strictObject({ password: z.string().max(200) }),
      response: responses({ 204: z.null() }, ["wrong_password", "too_many_tries"]),
    },
    handler: async (request, reply) => {
      const { userId, sessionId, workspaceId, actor } = personOf(request);
      const asked = hashOf(request.cookies[sessionCookie(context.publicUrl).name] ?? "");
      const user = await outsideWorkspaces(context.orm).findOneOrFail(
        User,
        { id: userId },
        { populate: ["passwordHash"] },
      );
      const rules = throttleRules(user.email, request.ip);
      await countTry(context.orm, rules);
      const waitMs = await countSlowedTry(context.orm, accountRule(user.email));
      await context.pause(waitMs, clientSignal(reply));
      const right = await verifyPassword(request.body.password, user.passwordHash);
      const em = inWorkspace(context.orm, workspaceId);
      const address = request.ip;
      if (!right) {
        const line = { workspaceId, actor, address, action: "user.step-up-failed" };
        await em.transactional((within) => recordAudit(within, line));
        throw new Problem({
          status: 403,
          code: "wrong_password",
          detail: "The password is wrong.",
        });
      }
      await takeBackTry(context.orm, {
        forget: rules.slice(0, 1),
        others: [...rules.slice(1), accountRule(user.email)],
      });
      const { token, tokenHash } = newSessionToken();
      const expiresAt = await em.transactional(async (within) => {
        const session = await within.findOne(
          Session,
          { id: sessionId, tokenHash: asked, revokedAt: null },
          { lockMode: LockMode.PESSIMISTIC_WRITE },
        );
        // Ended meanwhile, or its token was changed by another step-up.
        if (!session) throw sessionEnded();
        session.tokenHash = tokenHash;
        session.authenticatedAt = context.now();
        // Whoever listens by the old token must come with the new one.
        await within.flush();
        await announceAccess(within, `session:${sessionId}`);
        await recordAudit(within, { workspaceId, actor, address, action: "user.stepped-up" });
        return session.expiresAt;
      });
      setSessionCookie(context, reply, { token, expiresAt });
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/auth/logout",
    config: { access: { session: true }, idempotent: false },
    schema: { tags: ["account"], summary: "Sign out", response: responses({ 204: z.null() }) },
    handler: async (request, reply) => {
      const { sessionId, workspaceId, actor } = personOf(request);
      await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        await em.nativeUpdate(Session, { id: sessionId }, { revokedAt: context.now() });
        await announceAccess(em, `session:${sessionId}`);
        const address = request.ip;
        await recordAudit(em, { workspaceId, actor, address, action: "user.signed-out" });
      });
      clearSessionCookie(context, reply);
      return reply.code(204).send(null);
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

  /** Somebody failed to sign in as a member: in the workspace where they would have landed, without a word on the e-mail. */
  async function noteFailure(userId: string, address: string): Promise<void> {
    const workspaceId = await lastWorkspace(context.orm, userId);
    if (workspaceId === undefined) return;
    await inWorkspace(context.orm, workspaceId).transactional((em) =>
      recordAudit(em, {
        workspaceId,
        actor: "system",
        action: "user.sign-in-failed",
        subject: `user:${userId}`,
        address,
      }),
    );
  }
};

/** Tries of an account from everywhere together. */
function accountRule(email: string): ThrottleRule {
  return { kind: "sign-in-account", who: email, free: 20, windowSeconds: 300 };
}

/** The account first, then the address: whoever knows a password is not kept out by those who guess elsewhere. */
function throttleRules(email: string, ip: string): ThrottleRule[] {
  const address = addressBlock(ip);
  return [
    { kind: "sign-in", who: `${email}|${address}`, free: 10, windowSeconds: 300 },
    { kind: "sign-in-address", who: address, free: 100, windowSeconds: 300 },
  ];
}
