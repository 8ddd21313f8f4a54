import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { account, AccountChange, channelsOf, Pages, putAccount, UserName } from "./accounts.ts";
import { FaultSettings } from "./draw-fault.ts";
import type { Network } from "./network.ts";
import { parse } from "./parse.ts";
import type { User } from "./state.ts";
import { send } from "./with-fault.ts";

const NewAccount = AccountChange.extend({ user: UserName, pages: Pages.optional() });
const ChangedAccount = AccountChange.extend({ pages: Pages.optional() });
const ByUser = z.object({ user: z.string() });
const ByAccount = z.object({ account: z.string().optional() });

/** What a real network has no routes for: its log, its faults, its accounts. No token is asked for. */
export function addAdminRoutes(app: FastifyInstance, { network }: { network: Network }): void {
  app.get("/_log", (request) => {
    const { account: name } = parse(ByAccount, request.query);
    return network.state.log
      .filter((post) => name === undefined || post.account === name)
      .map(({ id, account: owner, channelId, marker, sentMarker, replyTo, ...rest }) => {
        const { text, media, aiGenerated, acceptedAt } = rest;
        return {
          id,
          account: owner,
          channelId,
          marker,
          sentMarker,
          replyTo,
          text,
          media,
          aiGenerated,
          acceptedAt,
        };
      });
  });

  app.get("/_deletions", (request) => {
    const { account: name } = parse(ByAccount, request.query);
    return network.state.deletions.filter(
      (deletion) => name === undefined || deletion.account === name,
    );
  });

  app.get("/_faults", (request) => {
    const { account: name } = parse(ByAccount, request.query);
    return network.state.firedFaults.filter(
      (fired) => name === undefined || fired.account === name,
    );
  });

  app.get("/_faults/settings", () => network.state.faultSettings);

  app.put("/_faults", (request) => {
    const settings = parse(FaultSettings, request.body);
    network.record({ type: "faults.set", settings });
    return network.state.faultSettings;
  });

  app.get("/_accounts", () =>
    [...network.state.users.values()].map((user) => adminBody({ network, user })),
  );

  app.get("/_accounts/:user", (request) => {
    const { user: name } = parse(ByUser, request.params);
    return adminBody({ network, user: account({ network, name }) });
  });

  app.post("/_accounts", (request, reply) => {
    const { user: name, pages, ...change } = parse(NewAccount, request.body);
    const { user, created } = putAccount({
      network,
      name,
      change,
      ...(pages === undefined ? {} : { pages }),
    });
    return send(reply, { status: created ? 201 : 200, body: adminBody({ network, user }) });
  });

  app.patch("/_accounts/:user", (request) => {
    const { user: name } = parse(ByUser, request.params);
    const { pages, ...change } = parse(ChangedAccount, request.body);
    account({ network, name });
    const { user } = putAccount({
      network,
      name,
      change,
      ...(pages === undefined ? {} : { pages }),
    });
    return adminBody({ network, user });
  });

  app.post("/_accounts/:user/revoke", (request, reply) => {
    const { name } = account({ network, name: parse(ByUser, request.params).user });
    network.record({ type: "user.revoked", user: name });
    return send(reply, { status: 204 });
  });

  app.post("/_accounts/:user/expire", (request, reply) => {
    const { name } = account({ network, name: parse(ByUser, request.params).user });
    network.record({ type: "tokens.expired", user: name, at: network.now().toISOString() });
    return send(reply, { status: 204 });
  });
}

function adminBody(input: { network: Network; user: User }): Record<string, unknown> {
  const { network, user } = input;
  const { name, ...options } = user;
  return { user: name, ...options, channels: channelsOf({ network, user: name }) };
}
