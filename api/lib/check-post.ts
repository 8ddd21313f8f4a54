import { checkContent, isTooLong } from "#domain/check-content.ts";
import { checkParts } from "#domain/check-parts.ts";
import { Problem } from "#domain/errors.ts";
import type { PostAsset, PostContent, PostPart, TargetOverrides } from "#domain/schemas/content.ts";
import { textLength } from "#domain/text-length.ts";
import { askedTexts, textsAt } from "#domain/texts-at.ts";
import type { ApiContext } from "../context.ts";
import { pickChannels, type UsableChannel } from "./find-channels.ts";
import { textsOf, type KnownContent } from "./find-content.ts";
import { fileExpired } from "./found-or-expired.ts";
import { namedAssets } from "./named-assets.ts";
import { describeIssue } from "../plugins/describe-issue.ts";
import { toErrors } from "../plugins/validate-request.ts";

export interface RequestedTarget {
  channelId: string;
  overrides?: TargetOverrides | undefined;
  settings?: Record<string, unknown> | undefined;
  /** Whether the channel's defaults are added; they are where it is absent. */
  defaults?: boolean | undefined;
}

export interface CheckedTarget {
  channel: UsableChannel;
  takesDefaults: boolean;
  overrides: TargetOverrides;
  settings: Record<string, unknown>;
}

/** A video of which a channel gets the beginning only. */
export interface Shortened {
  channelId: string;
  assetId: string;
  detail: string;
}

export interface CheckedPost {
  targets: CheckedTarget[];
  /** What is longer than a channel takes, and will be cut. */
  shortened: Shortened[];
  /** Its text comes from an offline model. */
  offlineOutput: boolean;
}

/**
 * Holds a post against everything that is known before its media is made: that channels and assets are there and this
 * workspace's, that text and media fit each platform, and that output of offline models stays off real platforms.
 * `known` is what `findContent` found for it.
 * Throws Problem 404 for what is not there, 410 for files whose time was over, and 422 with pointers for what does not fit.
 */
export function checkPost(
  context: ApiContext,
  post: {
    /** Of a post that is still to be made, the id that it will have, or any. */
    id: string;
    campaign: string | null;
    content: PostContent;
    assets: PostAsset[];
    parts: PostPart[];
    targets: RequestedTarget[];
    approval: "none" | "required";
  },
  known: KnownContent,
): CheckedPost {
  const channels = pickChannels(
    known.channels,
    post.targets.map((target) => target.channelId),
    (index) => `/targets/${index}/channelId`,
  );
  const { assets } = known;
  requireAssets(known, post);
  const errors: { pointer: string; detail: string }[] = [];
  const shortened: Shortened[] = [];
  const targets = post.targets.map((target, index): CheckedTarget => {
    const channel = channels[index] as UsableChannel;
    const manifest = context.manifests.get(channel.platform);
    const at = `/targets/${index}`;
    const overrides = target.overrides ?? {};
    const takesDefaults = target.defaults ?? true;
    if (!manifest) {
      errors.push({
        pointer: at,
        detail: `The platform ${channel.platform} is not installed here.`,
      });
      return { channel, takesDefaults, overrides, settings: {} };
    }
    const mediaOf = (used: PostAsset[]) =>
      used.map((asset) => ({
        kind: assets.get(asset.id)?.kind ?? ("image" as const),
        altText: asset.altText,
      }));
    const media = mediaOf(target.overrides?.assets ?? post.assets);
    const used = [overrides.assets ?? post.assets, ...partAssetsOf(post, overrides)].flat();
    const { video } = manifest.limits;
    for (const { id } of used) {
      const { kind, durationSeconds, name } = assets.get(id) ?? {};
      if (kind !== "video" || !video || (durationSeconds ?? 0) <= video.maxSeconds) continue;
      const detail = `${channel.name} takes ${video.maxSeconds} seconds of video; ${name ?? "this one"} has ${Math.round(durationSeconds ?? 0)}, and its end is cut off.`;
      shortened.push({ channelId: channel.id, assetId: id, detail });
    }
    const asked = askedTexts(post, overrides);
    // What is too long as it is gets nothing added: many links in it would make it many times as long.
    const adds = takesDefaults && Boolean(channel.defaults);
    const tooLong = asked.map((text) => adds && isTooLong(text, manifest.limits.text));
    const texts = tooLong.includes(true)
      ? null
      : textsAt({ post, channel, overrides, takesDefaults });
    const added = (part: number) => {
      if (tooLong[part])
        return " Shorten the text: the channel's defaults, which come on top, are not counted yet.";
      const length = (text = "") => textLength(text, manifest.limits.text.unit);
      const more = texts ? length(texts[part]) - length(asked[part]) : 0;
      return more === 0
        ? ""
        : ` The channel's defaults add ${more} of them: shorten the text, or send defaults: false for this target.`;
    };
    const content = {
      text: (texts ?? asked)[0] ?? "",
      // Null in what was stored once, instead of absent.
      title: overrides.title ?? post.content.title ?? undefined,
      media,
    };
    for (const problem of checkContent(content, manifest.limits)) {
      const more = problem.pointer === "/text" ? added(0) : "";
      errors.push({
        pointer: pointerOf(at, problem.pointer, target),
        detail: `${channel.name}: ${problem.detail}${more}`,
      });
    }
    const parts = (overrides.parts ?? post.parts).map((part, number) => ({
      ...part,
      text: (texts ?? asked)[number + 1] ?? "",
      media: mediaOf(part.assets),
    }));
    for (const problem of checkParts(parts, manifest.parts, manifest.limits)) {
      const part = /^\/parts\/(\d+)\/text$/.exec(problem.pointer)?.[1];
      const more = part === undefined ? "" : added(Number(part) + 1);
      errors.push({
        pointer: overrides.parts ? `${at}/overrides${problem.pointer}` : problem.pointer,
        detail: `${channel.name}: ${problem.detail}${more}`,
      });
    }
    const settings = manifest.settings.safeParse(target.settings ?? {}, { error: describeIssue });
    errors.push(...toErrors(settings.error?.issues ?? [], ["targets", index, "settings"]));
    return {
      channel,
      takesDefaults,
      overrides,
      settings: (settings.data ?? {}) as Record<string, unknown>,
    };
  });
  if (errors.length > 0) {
    throw new Problem({
      status: 422,
      code: "content_refused",
      detail: `The post does not fit: ${errors.map((error) => error.detail).join(" ")}`.slice(
        0,
        900,
      ),
      errors,
    });
  }
  const offlineOutput = textsOf(post).some((text) => known.offlineTexts.has(text));
  refuseOfflineOutput(context, { post, targets, offline: offlineOutput, assets });
  return { targets, shortened, offlineOutput };
}

function partAssetsOf(post: { parts: PostPart[] }, overrides: TargetOverrides): PostAsset[][] {
  return (overrides.parts ?? post.parts).map(({ assets }) => assets);
}

/** An override's problem points into the override, anything else into the post. */
function pointerOf(at: string, pointer: string, target: RequestedTarget): string {
  const overrides = target.overrides;
  if (pointer.startsWith("/assets"))
    return overrides?.assets ? `${at}/overrides${pointer}` : pointer;
  if (pointer === "/title")
    return overrides?.title !== undefined ? `${at}/overrides/title` : "/content/title";
  return overrides?.text !== undefined ? `${at}/overrides/text` : "/content/text";
}

function requireAssets(
  { assets, expiredAssets }: KnownContent,
  post: { assets: PostAsset[]; parts: PostPart[]; targets: RequestedTarget[] },
): void {
  for (const { id, pointer } of namedAssets(post)) {
    if (expiredAssets.has(id)) throw fileExpired("asset", pointer);
    if (!assets.has(id)) throw missing("asset", pointer);
  }
}

function missing(what: string, pointer: string): Problem {
  const detail = `There is no such ${what}.`;
  return new Problem({ status: 404, code: "not_found", detail, errors: [{ pointer, detail }] });
}

function refuseOfflineOutput(
  context: ApiContext,
  input: {
    post: {
      assets: PostAsset[];
      parts: PostPart[];
      targets: RequestedTarget[];
      approval: "none" | "required";
    };
    targets: CheckedTarget[];
    offline: boolean;
    assets: KnownContent["assets"];
  },
): void {
  if (input.post.approval === "required") return;
  for (const [index, target] of input.targets.entries()) {
    if (!(context.manifests.get(target.channel.platform)?.real ?? true)) continue;
    const { overrides } = target;
    const assets = [
      ...(overrides.assets ?? input.post.assets),
      ...(overrides.parts ?? input.post.parts).flatMap((part) => part.assets),
    ];
    if (!input.offline && !assets.some((asset) => input.assets.get(asset.id)?.offlineOutput))
      continue;
    throw sandboxOutput(`/targets/${index}`);
  }
}

/**
 * Refuses a post without approval to channels that ask for it, whoever asks. Throws Problem 422 `approval_required` that
 * names them.
 */
export function requireNoneNeeded(targets: CheckedTarget[]): void {
  const names = askingForApproval(targets).map((target) => target.channel.name);
  if (names.length === 0) return;
  const detail = `${names.join(", ")}: what goes out there needs a person's approval. Send approval: required, or leave it out.`;
  throw new Problem({
    status: 422,
    code: "approval_required",
    detail,
    errors: [{ pointer: "/approval", detail }],
  });
}

/** The targets whose channels ask for approval. */
export function askingForApproval(targets: CheckedTarget[]): CheckedTarget[] {
  return targets.filter((target) => target.channel.requiresApproval);
}

/** Tells that output of offline models needs a person's approval before it goes to a real platform. */
export function sandboxOutput(pointer: string): Problem {
  const detail =
    "It holds output of the offline sandbox models, which are for trying out. To publish it on a real platform all the " +
    "same, ask for approval, and approve with acceptSandboxOutput: true.";
  return new Problem({
    status: 422,
    code: "sandbox_output",
    detail,
    errors: [{ pointer, detail }],
  });
}
