import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { LiveProvider } from "#web/lib/live-state.tsx";
import { texts } from "#web/lib/texts.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Bell } from "./bell.tsx";
import { Brand } from "#web/components/brand.tsx";
import { Navigation } from "./navigation.tsx";
import classes from "./shell.module.css";
import { StateBanner } from "./state-banner.tsx";
import { WorkspaceSwitcher } from "./workspace-switcher.tsx";

/** The frame of every page of a signed-in person. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const shown = useRef(path);
  useEffect(() => {
    close();
    if (shown.current === path) return;
    shown.current = path;
    // As after a load: what had the focus may be gone, and who only listens is to hear of the new page.
    document.getElementById("content")?.focus({ preventScroll: true });
  }, [path, close]);
  return (
    <LiveProvider>
      <a href="#content" className={classes["skip"]}>
        {texts.common.skipLink}
      </a>
      <AppShell
        header={{ height: { base: 56, sm: 0 } }}
        navbar={{ width: 256, breakpoint: "sm", collapsed: { mobile: !opened } }}
        padding={{ base: "md", sm: "xl" }}
        transitionDuration={0}
      >
        <AppShell.Header hiddenFrom="sm" px="md" className={classes["bar"] ?? ""}>
          <Group h="100%" justify="space-between">
            <Brand />
            <Group gap="xs" wrap="nowrap">
              <Bell />
              <Burger
                opened={opened}
                onClick={toggle}
                size="sm"
                aria-label={texts.navigation.open}
                aria-expanded={opened}
              />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar
          p="md"
          className={classes["bar"] ?? ""}
          {...(opened ? {} : { "data-shut": true })}
        >
          <AppShell.Section visibleFrom="sm" pb="md">
            <Group justify="space-between" wrap="nowrap">
              <Brand />
              <Bell />
            </Group>
          </AppShell.Section>
          <AppShell.Section pb="md">
            <WorkspaceSwitcher />
          </AppShell.Section>
          <AppShell.Section grow component="nav" aria-label={texts.navigation.label}>
            <Navigation />
          </AppShell.Section>
          <AppShell.Section>
            <AccountMenu />
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} className={classes["main"] ?? ""}>
          <div className={classes["content"]}>
            <StateBanner />
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
    </LiveProvider>
  );
}
