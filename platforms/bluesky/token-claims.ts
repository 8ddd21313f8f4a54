import { z } from "zod";

const Claims = z.looseObject({
  /** Seconds since 1970. */
  exp: z.number().positive().optional(),
  aud: z.string().optional(),
  scope: z.string().optional(),
});

export interface TokenClaims {
  expiresAt?: Date;
  /** The DID of the server that takes this token. */
  audience?: string;
  scopes: string[];
}

/**
 * What a session token says about itself. Nothing is verified: the server that issued it told us so over TLS, and only
 * it decides what the token is worth. A token that can't be read says nothing. Pure.
 */
export function tokenClaims(token: string): TokenClaims {
  const claims = Claims.safeParse(payloadOf(token));
  if (!claims.success) return { scopes: [] };
  const { exp, aud, scope = "" } = claims.data;
  return {
    ...(exp === undefined ? {} : { expiresAt: new Date(exp * 1_000) }),
    ...(aud === undefined ? {} : { audience: aud }),
    scopes: scope.split(" ").filter((word) => word !== ""),
  };
}

function payloadOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  } catch {
    // Tokens of a server that makes them otherwise are as good; they only tell us less.
    return undefined;
  }
}
