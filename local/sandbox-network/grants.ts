import { createHash } from "node:crypto";
import { codeSeconds, type Scope } from "./limits.ts";
import type { Network } from "./network.ts";
import { Refusal } from "./refusal.ts";
import { hashSecret, newId, newSecret } from "./secret.ts";
import type { Grant, TokenState, User } from "./state.ts";

export interface IssuedTokens {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
  refreshExpiresInSeconds: number;
  grant: Grant;
  user: User;
}

/** Writes down that the user agreed, and gives the code that the client exchanges. */
export function issueCode(input: {
  network: Network;
  user: string;
  clientId: string;
  redirectUri: string;
  challenge: string;
  scopes: Scope[];
}): string {
  const { network } = input;
  const secret = newSecret("sbx_code");
  const grantId = newId("grant");
  network.record({
    type: "code.issued",
    code: {
      hash: hashSecret(secret),
      grantId,
      redirectUri: input.redirectUri,
      challenge: input.challenge,
      expiresAt: after(network.now(), codeSeconds),
    },
    grant: { id: grantId, user: input.user, clientId: input.clientId, scopes: input.scopes },
  });
  return secret;
}

/** Name of the user that a code or refresh token belongs to, valid or not. */
export function userOfSecret(input: {
  network: Network;
  code?: string;
  refreshToken?: string;
}): string | undefined {
  const { state } = input.network;
  if (input.code !== undefined) {
    const code = state.codes.get(hashSecret(input.code));
    return code && state.grants.get(code.grantId)?.user;
  }
  if (input.refreshToken !== undefined)
    return state.refreshTokens.get(hashSecret(input.refreshToken))?.grant.user;
  return undefined;
}

/** Exchanges a code for the first tokens of its grant. A second use of the code ends the grant (RFC 6749, 4.1.2). */
export function exchangeCode(input: {
  network: Network;
  code: string;
  clientId: string;
  redirectUri: string;
  codeVerifier: string;
}): IssuedTokens {
  const { network } = input;
  const code = network.state.codes.get(hashSecret(input.code));
  const grant = code && network.state.grants.get(code.grantId);
  if (code === undefined || grant === undefined || grant.clientId !== input.clientId)
    throw invalidGrant("This authorization code is not known.");
  if (grant.codeUsed) {
    network.record({ type: "grant.revoked", grantId: grant.id });
    throw invalidGrant("This authorization code was used before; what it gave is revoked.");
  }
  if (grant.revoked) throw invalidGrant("This authorization was revoked.");
  if (code.expiresAt <= network.now().toISOString())
    throw invalidGrant("This authorization code has expired.");
  if (code.redirectUri !== input.redirectUri)
    throw invalidGrant("The redirect_uri is not the one that the code was sent to.");
  const challenge = createHash("sha256").update(input.codeVerifier).digest("base64url");
  if (challenge !== code.challenge)
    throw invalidGrant("The code_verifier does not fit the code_challenge.");

  network.record({ type: "code.used", grantId: grant.id });
  return issueTokens({ network, grant });
}

/**
 * Gives new tokens for a refresh token, which rotates. The old one still works until one of the new tokens was used:
 * an answer that got lost must not cost the connection. After that, showing it again is a theft, and ends the grant.
 */
export function refreshTokens(input: {
  network: Network;
  refreshToken: string;
  clientId: string;
}): IssuedTokens {
  const { network } = input;
  const token = network.state.refreshTokens.get(hashSecret(input.refreshToken));
  if (token === undefined || token.grant.clientId !== input.clientId)
    throw invalidGrant("This refresh token is not known.");
  if (token.grant.revoked) throw invalidGrant("This authorization was revoked.");
  if (token.generation < token.grant.confirmed) {
    network.record({ type: "grant.revoked", grantId: token.grant.id });
    throw invalidGrant("This refresh token was replaced; its authorization is revoked now.");
  }
  if (token.expiresAt <= network.now().toISOString())
    throw invalidGrant("This refresh token has expired.");
  confirm({ network, token });
  return issueTokens({ network, grant: token.grant });
}

/** Ends the authorization that an access or refresh token belongs to; an unknown one is no error (RFC 7009, 2.2). */
export function revokeToken(input: { network: Network; token: string }): void {
  const hash = hashSecret(input.token);
  const { state } = input.network;
  const grant = (state.accessTokens.get(hash) ?? state.refreshTokens.get(hash))?.grant;
  if (grant !== undefined && !grant.revoked)
    input.network.record({ type: "grant.revoked", grantId: grant.id });
}

/** The user behind `Authorization: Bearer …`; throws 401 or 403 as RFC 6750 says. */
export function authenticate(input: {
  network: Network;
  authorization: string | undefined;
  scope: Scope;
}): User {
  const { network } = input;
  const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(input.authorization ?? "")?.[1];
  if (bearer === undefined) throw unauthorized("Send an access token as Authorization: Bearer.");
  const token = network.state.accessTokens.get(hashSecret(bearer));
  const user = token && network.state.users.get(token.grant.user);
  if (token === undefined || user === undefined)
    throw unauthorized("This access token is not known.");
  if (token.grant.revoked) throw unauthorized("This access token was revoked.");
  if (token.expiresAt <= network.now().toISOString())
    throw unauthorized("This access token has expired.");
  if (!token.grant.scopes.includes(input.scope))
    throw new Refusal(`This access token lacks the scope ${input.scope}.`, {
      status: 403,
      code: "insufficient_scope",
      headers: { "www-authenticate": `Bearer error="insufficient_scope", scope="${input.scope}"` },
    });
  confirm({ network, token });
  return user;
}

export function unauthorized(message: string): Refusal {
  return new Refusal(message, {
    status: 401,
    code: "invalid_token",
    headers: { "www-authenticate": 'Bearer error="invalid_token"' },
  });
}

/** Errors of the token endpoint are worded as RFC 6749, 5.2 says. */
export function invalidGrant(message: string): Refusal {
  return new Refusal(message, {
    status: 400,
    code: "invalid_grant",
    extra: { error_description: message },
  });
}

function issueTokens(input: { network: Network; grant: Grant & { latest: number } }): IssuedTokens {
  const { network, grant } = input;
  const user = network.state.users.get(grant.user);
  if (user === undefined) throw invalidGrant("The account is gone.");
  const accessToken = newSecret("sbx_at");
  const refreshToken = newSecret("sbx_rt");
  const now = network.now();
  network.record({
    type: "tokens.issued",
    tokens: {
      grantId: grant.id,
      generation: grant.latest + 1,
      accessHash: hashSecret(accessToken),
      accessExpiresAt: after(now, user.tokenSeconds),
      refreshHash: hashSecret(refreshToken),
      refreshExpiresAt: after(now, user.refreshSeconds),
    },
  });
  return {
    accessToken,
    refreshToken,
    expiresInSeconds: user.tokenSeconds,
    refreshExpiresInSeconds: user.refreshSeconds,
    grant,
    user,
  };
}

function confirm(input: { network: Network; token: TokenState }): void {
  const { grant, generation } = input.token;
  if (generation > grant.confirmed)
    input.network.record({ type: "tokens.confirmed", grantId: grant.id, generation });
}

function after(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1_000).toISOString();
}
