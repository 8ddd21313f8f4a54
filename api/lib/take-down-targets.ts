import { Delivery, Target, type Post } from "#db/entities/index.ts";
import type { RemovalStatus } from "#db/entities/target.ts";
import type { EntityManager } from "#db/orm.ts";
import { setRemoval } from "#db/set-removal.ts";
import { Problem } from "#domain/errors.ts";
import { givenUp } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";

/**
 * Asks for what is out at these targets to be taken down; all when none is named. What the platform offers no way for is
 * answered at once, with the link to do it by hand. Returns whether anything is left to do. Call it under the post's
 * lock. Throws Problem 409 `nothing_out`.
 */
export async function takeDownTargets(
  context: ApiContext,
  em: EntityManager,
  input: { post: Post; targetIds: string[] | undefined },
): Promise<boolean> {
  const targets = await em.find(
    Target,
    { postId: input.post.id },
    { orderBy: { position: "asc" } },
  );
  const missing = input.targetIds?.find((id) => !targets.some((target) => target.id === id));
  if (missing !== undefined) throw noTarget();
  const chosen = targets.filter((target) => input.targetIds?.includes(target.id) ?? true);
  const out = await em.find(Delivery, {
    targetId: { $in: chosen.map(({ id }) => id) },
    status: "published",
    removedAt: null,
  });
  const standing = chosen.filter(({ id }) => out.some(({ targetId }) => targetId === id));
  if (standing.length === 0) throw nothingOut(chosen);
  let open = false;
  for (const target of standing) {
    const [status, detail] = firstAnswer(context, target);
    await setRemoval(em, target, { status, detail, at: context.now() });
    if (status === "requested") open = true;
  }
  return open;
}

function firstAnswer(context: ApiContext, target: Target): [RemovalStatus, string] {
  const manifest = context.manifests.get(target.platform);
  if (manifest?.steps.remove)
    return ["requested", `It is being taken down from ${manifest.title}.`];
  const name = manifest?.title ?? target.platform;
  const where = target.remoteUrl ? ` Do it there by hand: ${target.remoteUrl}` : "";
  return ["not_supported", `${name} lets nobody take a post down from here.${where}`];
}

function nothingOut(targets: readonly Target[]): Problem {
  const unknown = targets.filter(
    ({ status, error }) => status === "unconfirmed" || error?.code === givenUp,
  );
  const names = unknown.map(({ channelName }) => channelName).join(", ");
  return new Problem({
    status: 409,
    code: "nothing_out",
    detail:
      unknown.length > 0
        ? `Nobody knows whether it is out on ${names}. Look there: if it is, say so with resolve (is_there, with its address), then take it down.`
        : "Nothing of this post is out there, or it was taken down already.",
  });
}

function noTarget(): Problem {
  const detail = "The post has no such target.";
  return new Problem({
    status: 404,
    code: "not_found",
    detail,
    errors: [{ pointer: "/targetIds", detail }],
  });
}
