import { Menu, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "#web/lib/api/client.ts";
import { meQuery, workspacesQuery } from "#web/lib/queries/me.ts";
import { startAfresh } from "#web/lib/start-afresh.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import classes from "./workspace-switcher.module.css";

/** Which workspace one is in, with its credits; the way into another for whoever has several. */
export function WorkspaceSwitcher() {
  const { data: me } = useQuery(meQuery);
  const { data: workspaces } = useQuery(workspacesQuery);
  const change = useAction({
    run: (workspace: { id: string; name: string }) =>
      answerOf(api.POST("/v1/auth/workspace", { body: { workspaceId: workspace.id } })),
    stale: [],
    // Nothing of one workspace may be seen in another.
    onDone: () => void startAfresh("/"),
  });
  if (!me) return null;
  const several = (workspaces?.data.length ?? 0) > 1;
  const label = (
    <>
      <span>
        <Text component="span" size="sm" fw={600} lineClamp={1} display="block">
          {me.workspace.name}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block">
          {texts.workspaces.credits(me.workspace.credits)}
        </Text>
      </span>
      {several ? <IconSelector size={16} aria-hidden /> : null}
    </>
  );
  if (!several) return <div className={classes["box"]}>{label}</div>;
  return (
    <Menu width="target" position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes["box"] ?? ""}>{label}</UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{texts.workspaces.switch}</Menu.Label>
        {workspaces?.data.map((workspace) => (
          <Menu.Item
            key={workspace.id}
            onClick={() => change.mutate(workspace)}
            disabled={workspace.id === me.workspace.id}
            rightSection={
              workspace.id === me.workspace.id ? (
                <IconCheck size={16} aria-label={texts.workspaces.current} />
              ) : null
            }
          >
            {workspace.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
