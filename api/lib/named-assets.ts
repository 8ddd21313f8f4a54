import type { PostAsset, PostPart, TargetOverrides } from "#domain/schemas/content.ts";

/** Every file that a post names, with where in its JSON (RFC 6901). Pure. */
export function namedAssets(post: {
  assets: readonly PostAsset[];
  parts: readonly PostPart[];
  targets: readonly { overrides?: TargetOverrides | undefined }[];
}): { id: string; pointer: string }[] {
  const inList = (assets: readonly PostAsset[], at: string) =>
    assets.map(({ id }, index) => ({ id, pointer: `${at}/assets/${index}/id` }));
  const inParts = (parts: readonly PostPart[], at: string) =>
    parts.flatMap((part, number) => inList(part.assets, `${at}/parts/${number}`));
  return [
    ...inList(post.assets, ""),
    ...inParts(post.parts, ""),
    ...post.targets.flatMap(({ overrides }, index) => {
      const at = `/targets/${index}/overrides`;
      return [...inList(overrides?.assets ?? [], at), ...inParts(overrides?.parts ?? [], at)];
    }),
  ];
}
