import { Group, List, Text } from "@mantine/core";
import { ExternalLink } from "#web/components/external-link.tsx";
import type { Post, Target } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.posts;

/** How far a post of several parts is at one channel. Nothing where it has one part. */
export function TargetParts({ post, target }: { post: Post; target: Target }) {
  const all = 1 + (target.overrides.parts ?? post.parts).length;
  if (all === 1) return null;
  const out = target.parts.filter(({ status }) => status === "published").length;
  return (
    <div>
      <Text size="sm">{words.partsOut(out, all)}</Text>
      <List size="sm" listStyleType="none">
        {Array.from({ length: all }, (_, part) => {
          const begun = target.parts.find((one) => one.part === part);
          return (
            <List.Item key={part}>
              <Group gap="xs">
                <span>
                  {words.part(part + 1)}:{" "}
                  {begun ? texts.partStatus[begun.status] : words.partNotBegun}
                </span>
                {begun?.remoteUrl ? (
                  <ExternalLink href={begun.remoteUrl}>{words.seeIt}</ExternalLink>
                ) : null}
              </Group>
            </List.Item>
          );
        })}
      </List>
    </div>
  );
}
