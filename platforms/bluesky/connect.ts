import { PlatformError } from "#domain/errors.ts";
import type {
  Authorized,
  ChannelFacts,
  PlatformConnect,
  PlatformDeps,
  Secrets,
} from "#platforms/contract.ts";
import { ErrorAnswer, ProfileRecordAnswer, SessionAnswer } from "./answers.ts";
import { authorizedFrom } from "./authorized-from.ts";
import { callBluesky } from "./client.ts";
import {
  defaultServiceOf,
  serviceFromDidDoc,
  serviceFromInput,
  serviceOf,
} from "./service-address.ts";

export const connect: PlatformConnect = {
  credentials: {
    async verify(deps, { credentials, signal }): Promise<Authorized> {
      const named = credentials["service"]?.trim() ?? "";
      const service = named === "" ? defaultServiceOf(deps.app) : serviceFromInput(named);
      if (service === undefined)
        throw refused({
          code: "invalid_service",
          message: "The server has to be an https address such as https://pds.example.com.",
        });
      const session = await logIn({ deps, service, credentials, signal });
      if (session.active === false)
        throw refused({
          code: "account_inactive",
          message: `This account can't be used: it is ${session.status ?? "inactive"}.`,
        });
      // Asked from now on is the server that keeps the account; the one to log in at may stand before many of them.
      const data = { service: serviceFromDidDoc(session.didDoc) ?? service };
      return authorizedFrom({ session, data });
    },
  },

  /** An account is one profile. Its name is what the person calls themselves, or the handle. */
  async channels(deps, { account, secrets, signal }): Promise<ChannelFacts[]> {
    const profile = await callBluesky({
      deps,
      step: "read",
      service: serviceOf({ account, app: deps.app }),
      method: "com.atproto.repo.getRecord",
      query: { repo: account.remoteId, collection: "app.bsky.actor.profile", rkey: "self" },
      secrets,
      answer: ProfileRecordAnswer,
      onRefusal({ body }) {
        const said = ErrorAnswer.safeParse(body);
        return said.success && said.data.error === "RecordNotFound" ? "none" : undefined;
      },
      signal,
    });
    const displayName = profile === "none" ? "" : (profile.value.displayName?.trim() ?? "");
    const { remoteId, handle } = account;
    return [
      {
        remoteId,
        kind: "profile",
        name: displayName === "" ? account.name : displayName,
        ...(handle === undefined ? {} : { handle }),
        url: `https://bsky.app/profile/${remoteId}`,
      },
    ];
  },
};

async function logIn(input: {
  deps: PlatformDeps;
  service: string;
  credentials: Secrets;
  signal: AbortSignal;
}): Promise<SessionAnswer> {
  const { deps, service, credentials, signal } = input;
  const password = credentials["appPassword"]?.trim() ?? "";
  try {
    return await callBluesky({
      deps,
      step: "session",
      service,
      method: "com.atproto.server.createSession",
      body: { json: { identifier: identifierFrom(credentials["identifier"]), password } },
      secrets: { password },
      answer: SessionAnswer,
      signal,
    });
  } catch (error) {
    throw refusedCredentials({ error, service });
  }
}

/** As people write or paste it: `@alice.bsky.social`, with the invisible marks of direction that apps add. */
function identifierFrom(input: string | undefined): string {
  return (input ?? "").replaceAll(/[\p{Cf}\s]/gu, "").replace(/^@/, "");
}

/** There is no connection yet that could be lost: what is refused now are the credentials. */
function refusedCredentials(input: { error: unknown; service: string }): unknown {
  const { error, service } = input;
  if (!(error instanceof PlatformError)) return error;
  const { status, platformMessage } = error;
  if (error.code === "auth_factor_token_required")
    return refused({
      code: error.code,
      message: "This is the account's own password. Make an app password and use that.",
      status,
    });
  if (error.code === "unreadable")
    return refused({
      code: "not_a_server",
      message: `At ${service} there is no Bluesky server; it answered ${status}.`,
      status,
    });
  if (error.fate !== "reauthorize" && error.fate !== "reject") return error;
  return refused({
    code: error.code,
    message: `${service} refuses the handle and the app password; check both.`,
    status,
    platformMessage,
  });
}

function refused(input: {
  code: string;
  message: string;
  status?: number | undefined;
  platformMessage?: string | undefined;
}): PlatformError {
  const { code, message, status, platformMessage } = input;
  return new PlatformError(message, {
    fate: "reject",
    code,
    ...(status === undefined ? {} : { status }),
    ...(platformMessage === undefined ? {} : { platformMessage }),
  });
}
