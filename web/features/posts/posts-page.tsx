import { Group } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { postMachine } from "#domain/states.ts";
import { EmptyState } from "#web/components/empty-state.tsx";
import { FilterSelect } from "#web/components/filter-select.tsx";
import { Page } from "#web/components/page.tsx";
import { PagesView } from "#web/components/pages-view.tsx";
import { PostRow } from "#web/components/post-row.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { accountsQuery, disconnectedAccountsQuery } from "#web/lib/queries/connections.ts";
import { postsQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.posts;

/** Every post; what it is narrowed by stands in the address. */
export function PostsPage() {
  const search = useSearch({ from: "/signed-in/posts" });
  const navigate = useNavigate({ from: "/posts" });
  const lookEvery = useLookEvery();
  const { data: agents } = useQuery(agentsQuery);
  const { data: accounts = [] } = useQuery(accountsQuery);
  const { data: parted = [] } = useQuery(disconnectedAccountsQuery);
  const posts = useInfiniteQuery({ ...postsQuery(search), refetchInterval: lookEvery });
  const channels = [...accounts, ...parted].flatMap((account) => account.channels);
  const filtered = Object.values(search).some((value) => value !== undefined);
  const narrow = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  return (
    <Page title={words.title} lead={words.lead}>
      <Group>
        <FilterSelect
          label={texts.common.status}
          any={texts.common.anyStatus}
          value={search.status}
          options={postMachine.states.map((value) => ({ value, label: texts.postStatus[value] }))}
          onChange={(status) => narrow({ status })}
        />
        <FilterSelect
          label={words.agent}
          any={words.anyAgent}
          value={search.agentId}
          options={agents?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          onChange={(agentId) => narrow({ agentId })}
        />
        <FilterSelect
          label={words.channel}
          any={words.anyChannel}
          value={search.channelId}
          options={channels.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(channelId) => narrow({ channelId })}
        />
      </Group>
      <PagesView
        query={posts}
        empty={
          <EmptyState
            icon={<IconSend />}
            title={filtered ? words.noMatch : words.empty}
            text={filtered ? words.emptyFiltered : words.emptyText}
            action={filtered ? null : <LinkButton to="/agents">{texts.runs.toAgents}</LinkButton>}
          />
        }
      >
        {(items) => items.map((post) => <PostRow key={post.id} post={post} />)}
      </PagesView>
    </Page>
  );
}
