import { Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Page } from "#web/components/page.tsx";
import { PagesView } from "#web/components/pages-view.tsx";
import { PostRow } from "#web/components/post-row.tsx";
import { LinkAnchor } from "#web/components/router-link.tsx";
import { RunRow } from "#web/components/run-row.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { postsQuery } from "#web/lib/queries/posts.ts";
import { runsQuery } from "#web/lib/queries/runs.ts";
import { texts } from "#web/lib/texts.ts";
import { FirstSteps } from "./first-steps.tsx";
import { NeedsList } from "./needs-list.tsx";

const words = texts.home;
/** How many of each the home page shows; the lists show the rest. */
const few = 4;

/** What needs one, and what happened lately. */
export function HomePage() {
  const refetchInterval = useLookEvery();
  const { data: me } = useQuery(meQuery);
  const { data: agents } = useQuery(agentsQuery);
  const runs = useInfiniteQuery({ ...runsQuery({}, few), refetchInterval });
  const posts = useInfiniteQuery({ ...postsQuery({}, few), refetchInterval });
  const none = { hasNextPage: false } as const;
  return (
    <Page title={words.greeting(me?.user?.name ?? "")} lead={words.lead}>
      <NeedsList />
      <FirstSteps />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Section title={words.latestRuns} all={<LinkAnchor to="/runs">{words.seeAll}</LinkAnchor>}>
          <PagesView
            query={{ ...runs, ...none } as typeof runs}
            empty={<Text c="dimmed">{words.noRuns}</Text>}
          >
            {(items) =>
              items
                .slice(0, few)
                .map((run) => (
                  <RunRow
                    key={run.id}
                    run={run}
                    agentName={agents?.data.find(({ id }) => id === run.agentId)?.name}
                  />
                ))
            }
          </PagesView>
        </Section>
        <Section
          title={words.latestPosts}
          all={<LinkAnchor to="/posts">{words.seeAll}</LinkAnchor>}
        >
          <PagesView
            query={{ ...posts, ...none } as typeof posts}
            empty={<Text c="dimmed">{words.noPosts}</Text>}
          >
            {(items) => items.slice(0, few).map((post) => <PostRow key={post.id} post={post} />)}
          </PagesView>
        </Section>
      </SimpleGrid>
    </Page>
  );
}

function Section({ title, all, children }: { title: string; all: ReactNode; children: ReactNode }) {
  return (
    <Stack gap="md" component="section" aria-label={title}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {title}
        </Title>
        {all}
      </Group>
      {children}
    </Stack>
  );
}
