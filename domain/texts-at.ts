import { applyDefaults, type Texts } from "./apply-defaults.ts";
import type { ChannelDefaults } from "./schemas/channel-defaults.ts";
import type { PostContent, PostPart, TargetOverrides } from "./schemas/content.ts";

interface Words {
  content: Pick<PostContent, "text">;
  parts: readonly Pick<PostPart, "text">[];
}

/** A post's texts as they are asked for at one target: its own first, then those of its further parts. Pure. */
export function askedTexts(post: Words, overrides: TargetOverrides): Texts {
  const further = overrides.parts ?? post.parts;
  return [overrides.text ?? post.content.text, ...further.map((part) => part.text)];
}

/** The texts as they go out at one target, where its channel's defaults change any; else null. Pure. */
export function textsAt(input: {
  post: Words & { id: string; campaign?: string | null | undefined };
  channel: {
    platform: string;
    name: string;
    handle?: string | null | undefined;
    defaults?: ChannelDefaults | null | undefined;
  };
  overrides: TargetOverrides;
  takesDefaults: boolean;
}): string[] | null {
  const { post, channel, overrides, takesDefaults } = input;
  if (!takesDefaults) return null;
  return applyDefaults(askedTexts(post, overrides), channel.defaults ?? null, {
    platform: channel.platform,
    channel: (channel.handle ?? channel.name).replace(/^@/, ""),
    campaign: post.campaign ?? null,
    post: post.id,
  });
}
