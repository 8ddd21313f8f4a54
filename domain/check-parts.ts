import {
  checkContent,
  type ContentFacts,
  type ContentLimits,
  type ContentProblem,
} from "./check-content.ts";

type PartKind = "thread" | "comment";

/** A further part of a post, with its media as far as it is known before any is made to fit. */
export interface PartFacts {
  kind: PartKind;
  text: string;
  media: ContentFacts["media"];
}

/** Which further parts a platform takes. */
export interface PartLimits {
  kinds: PartKind[];
  max: number;
}

const names: Record<PartKind, string> = { thread: "Threads", comment: "Comments" };

/**
 * Everything that keeps the further parts of a post from a platform, in words for people; empty when they fit. Pointers
 * start at the post: `/parts/0/text` is the text of the first further part. `allowed` is undefined where a platform
 * takes single posts only. Pure.
 */
export function checkParts(
  parts: PartFacts[],
  allowed: PartLimits | undefined,
  limits: ContentLimits,
): ContentProblem[] {
  if (parts.length === 0) return [];
  if (allowed === undefined)
    return [{ pointer: "/parts", detail: "Only single posts can be posted there." }];
  const problems: ContentProblem[] = [];
  if (parts.length > allowed.max)
    problems.push({
      pointer: "/parts",
      detail: `The post has ${parts.length} further parts; ${allowed.max} are allowed.`,
    });
  for (const [index, { kind, text, media }] of parts.entries()) {
    const at = `/parts/${index}`;
    if (!allowed.kinds.includes(kind))
      problems.push({ pointer: `${at}/kind`, detail: `${names[kind]} can't be posted there.` });
    for (const { pointer, detail } of checkContent({ text, media }, limitsOfPart(limits)))
      problems.push({ pointer: `${at}${pointer}`, detail: `Part ${index + 2}: ${detail}` });
  }
  return problems;
}

/** Where the post itself has to show an image or a video, what follows may be words alone. */
function limitsOfPart(limits: ContentLimits): ContentLimits {
  return limits.requires === "media" ? { ...limits, requires: "either" } : limits;
}
