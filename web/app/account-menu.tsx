import { Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import {
  IconBell,
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSun,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answerOf, api } from "#web/lib/api/client.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { startAfresh } from "#web/lib/start-afresh.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.account;
const schemes = [
  { value: "light", label: words.light, icon: <IconSun size={16} aria-hidden /> },
  { value: "dark", label: words.dark, icon: <IconMoon size={16} aria-hidden /> },
  { value: "auto", label: words.auto, icon: <IconDeviceDesktop size={16} aria-hidden /> },
] as const;

/** Who is signed in; how the console looks; the way out. */
export function AccountMenu() {
  const { data: me } = useQuery(meQuery);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useAction({
    run: () => answerOf(api.POST("/v1/auth/logout")),
    stale: [],
    onDone: () => void startAfresh("/sign-in"),
  });
  if (!me?.user) return null;
  return (
    <Menu width={220} position="top-start">
      <Menu.Target>
        <UnstyledButton w="100%" p="xs">
          <Group gap="sm" wrap="nowrap">
            <Avatar color="indigo" radius="xl" aria-hidden>
              {me.user.name.charAt(0).toUpperCase()}
            </Avatar>
            <div>
              <Text size="sm" fw={600} lineClamp={1}>
                {me.user.name}
              </Text>
              <Text size="xs" c="dimmed">
                {words.role(me.role ?? "")}
              </Text>
            </div>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {words.signedInAs} {me.user.email}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{words.theme}</Menu.Label>
        {schemes.map(({ value, label, icon }) => (
          <Menu.Item
            key={value}
            leftSection={icon}
            rightSection={
              colorScheme === value ? (
                <IconCheck size={14} aria-label={texts.workspaces.current} />
              ) : null
            }
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={Link}
          to="/notifications"
          data-quiet
          leftSection={<IconBell size={16} aria-hidden />}
        >
          {words.notifications}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => signOut.mutate()}
        >
          {words.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
