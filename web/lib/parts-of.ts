import type { Post, Target } from "#web/lib/api/types.ts";

type Media = NonNullable<Target["media"]>;

export interface ShownPart {
  /** 0 is the post itself. */
  part: number;
  kind: "post" | "thread" | "comment";
  /** As it goes out there, with what the channel adds to it. */
  text: string;
  /** How many files are asked for with it. */
  assets: number;
  /** What goes out with it; null until it is made. */
  media: Media | null;
}

/** A post as its parts, the way they go out at one target. Its media lie in one row, part after part. */
export function partsOf(post: Post, target: Target): ShownPart[] {
  const { overrides, texts, media } = target;
  const asked = [
    {
      kind: "post" as const,
      text: overrides.text ?? post.content.text,
      assets: (overrides.assets ?? post.assets).length,
    },
    ...(overrides.parts ?? post.parts).map(({ kind, text, assets }) => ({
      kind,
      text,
      assets: assets.length,
    })),
  ];
  let from = 0;
  return asked.map(({ kind, text, assets }, part) => {
    const own = media?.slice(from, from + assets) ?? null;
    from += assets;
    return { part, kind, text: texts?.[part] ?? text, assets, media: own };
  });
}
