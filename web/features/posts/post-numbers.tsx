import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { metricsQuery } from "#web/lib/queries/posts.ts";
import { isGone } from "#web/lib/is-taken-down.ts";
import { texts } from "#web/lib/texts.ts";

/** How a published post does, as each platform last said. Nothing before the first measurement. */
export function PostNumbers({ post }: { post: Post }) {
  const { data } = useQuery({ ...metricsQuery(post.id), enabled: post.publishedAt !== null });
  const shown = post.targets.flatMap((target) => {
    // Of what stands there no more nobody counts anything.
    if (isGone(target)) return [];
    const latest = data?.data
      .filter(({ targetId }) => targetId === target.id)
      .toSorted((one, other) => one.at.localeCompare(other.at))
      .at(-1);
    return latest ? [{ target, latest }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <Card>
      <Title order={2} size="h4" mb="md">
        {texts.posts.numbers}
      </Title>
      <Stack gap="md">
        {shown.map(({ target, latest }) => (
          <div key={target.id}>
            <Group gap="xl">
              {Object.entries(latest.metrics).map(([name, value]) => (
                <div key={name}>
                  <Text fz={24} fw={650} lh={1.2}>
                    {value.toLocaleString()}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {texts.posts.metrics[name] ?? name}
                  </Text>
                </div>
              ))}
            </Group>
            <Text size="xs" c="dimmed" mt={4}>
              {target.channelName} · {texts.posts.numbersAt(writeInstant(latest.at))}
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}
