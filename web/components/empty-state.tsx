import { Card, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What a list shows that holds nothing: why, and what to do about it. */
export function EmptyState(props: {
  icon: ReactNode;
  title: string;
  text?: string;
  action?: ReactNode;
}) {
  return (
    <Card py={48}>
      <Stack align="center" gap="sm" ta="center">
        <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
          {props.icon}
        </ThemeIcon>
        <Title order={2} size="h4">
          {props.title}
        </Title>
        {props.text ? (
          <Text c="dimmed" maw={420}>
            {props.text}
          </Text>
        ) : null}
        {props.action}
      </Stack>
    </Card>
  );
}
