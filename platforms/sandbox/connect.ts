import { PlatformError } from "#domain/errors.ts";
import type { Authorized, ChannelFacts, PlatformConnect } from "#platforms/contract.ts";
import { AccountAnswer, ChannelsAnswer, TokenAnswer } from "./answers.ts";
import { accountFrom, authorizedFrom } from "./authorized-from.ts";
import { baseUrlOf, callSandbox, clientIdOf } from "./client.ts";
import { manifest } from "./manifest.ts";

const scopes = manifest.auth.kind === "oauth2" ? manifest.auth.scopes : [];

export const connect: PlatformConnect = {
  oauth: {
    begin(deps, { redirectUri, state, codeChallenge }) {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: clientIdOf(deps.app),
        redirect_uri: redirectUri,
        scope: scopes.join(" "),
        state,
        code_challenge: codeChallenge,
        code_challenge_method: "S256",
      });
      return { authorizationUrl: `${baseUrlOf(deps.app)}/oauth/authorize?${query.toString()}` };
    },

    async exchange(deps, { redirectUri, code, codeVerifier, signal }): Promise<Authorized> {
      const answer = await callSandbox({
        deps,
        step: "token",
        method: "POST",
        path: "/oauth/token",
        secrets: { code, codeVerifier },
        body: {
          form: {
            grant_type: "authorization_code",
            client_id: clientIdOf(deps.app),
            code,
            redirect_uri: redirectUri,
            code_verifier: codeVerifier,
          },
        },
        answer: TokenAnswer,
        signal,
      }).catch((error: unknown) => {
        throw refusedCode(error);
      });
      const account =
        answer.account ?? (await readAccount({ deps, accessToken: answer.access_token, signal }));
      return authorizedFrom({
        answer,
        account: accountFrom(account),
        before: {},
        now: deps.now(),
        askedScopes: scopes,
      });
    },
  },

  async channels(deps, { secrets, signal }): Promise<ChannelFacts[]> {
    const { data } = await callSandbox({
      deps,
      step: "read",
      method: "GET",
      path: "/api/channels",
      secrets,
      answer: ChannelsAnswer,
      signal,
    });
    return data.map(({ id, kind, name, handle, url, avatarUrl }) => ({
      remoteId: id,
      kind,
      name,
      ...(handle === undefined ? {} : { handle }),
      ...(url === undefined ? {} : { url }),
      ...(avatarUrl === undefined ? {} : { avatarUrl }),
    }));
  },
};

async function readAccount(input: {
  deps: Parameters<PlatformConnect["channels"]>[0];
  accessToken: string;
  signal: AbortSignal;
}): Promise<AccountAnswer> {
  return callSandbox({
    deps: input.deps,
    step: "read",
    method: "GET",
    path: "/api/me",
    secrets: { accessToken: input.accessToken },
    answer: AccountAnswer,
    signal: input.signal,
  });
}

/** A refused code is no lost connection: there is none yet, and the person begins again. */
function refusedCode(error: unknown): unknown {
  if (!(error instanceof PlatformError) || error.fate !== "reauthorize") return error;
  return new PlatformError("The sandbox network refuses this authorization code; begin again.", {
    fate: "reject",
    code: error.code,
    ...(error.status === undefined ? {} : { status: error.status }),
  });
}
