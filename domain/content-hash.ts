import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** Exactly what people see and approve of a post; its schedule is not part of it. */
export interface HashedContent {
  text: string;
  title: string | null;
  targets: {
    channelId: string;
    overrides: Record<string, unknown>;
    settings: Record<string, unknown>;
    /** SHA-256 of the rendition's bytes, and its description, in order. */
    media: HashedMedia[];
    /** What follows, in order. Absent where nothing does: such a hash stays what it was before there were parts. */
    parts?: { kind: string; text: string; media: HashedMedia[] }[];
  }[];
}

interface HashedMedia {
  sha256: string;
  altText: string | null;
}

/** SHA-256, hex, over the canonical JSON (RFC 8785) of the content. The order of targets does not matter. */
export function contentHash(content: HashedContent): string {
  const targets = [...content.targets].sort((a, b) => (a.channelId < b.channelId ? -1 : 1));
  return createHash("sha256")
    .update(canonicalize({ ...content, targets }) ?? "")
    .digest("hex");
}
