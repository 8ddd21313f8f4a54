import { Group } from "@mantine/core";
import { IconProgress } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { runMachine } from "#domain/states.ts";
import { EmptyState } from "#web/components/empty-state.tsx";
import { FilterSelect } from "#web/components/filter-select.tsx";
import { Page } from "#web/components/page.tsx";
import { PagesView } from "#web/components/pages-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { RunRow } from "#web/components/run-row.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { runsQuery } from "#web/lib/queries/runs.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.runs;

/** Every run of every agent; what it is narrowed by stands in the address. */
export function RunsPage() {
  const search = useSearch({ from: "/signed-in/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const lookEvery = useLookEvery();
  const { data: agents } = useQuery(agentsQuery);
  const runs = useInfiniteQuery({ ...runsQuery(search), refetchInterval: lookEvery });
  const filtered = search.status !== undefined || search.agentId !== undefined;
  const narrow = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  return (
    <Page title={words.title} lead={words.lead}>
      <Group>
        <FilterSelect
          label={texts.common.status}
          any={texts.common.anyStatus}
          value={search.status}
          options={runMachine.states.map((value) => ({ value, label: texts.runStatus[value] }))}
          onChange={(status) => narrow({ status })}
        />
        <FilterSelect
          label={words.agent}
          any={words.anyAgent}
          value={search.agentId}
          options={agents?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          onChange={(agentId) => narrow({ agentId })}
        />
      </Group>
      <PagesView
        query={runs}
        empty={
          <EmptyState
            icon={<IconProgress />}
            title={filtered ? words.noMatch : words.empty}
            text={filtered ? words.emptyFiltered : words.emptyText}
            action={filtered ? null : <LinkButton to="/agents">{words.toAgents}</LinkButton>}
          />
        }
      >
        {(items) =>
          items.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              agentName={agents?.data.find(({ id }) => id === run.agentId)?.name}
            />
          ))
        }
      </PagesView>
    </Page>
  );
}
