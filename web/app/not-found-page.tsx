import { Container } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { EmptyState } from "#web/components/empty-state.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { texts } from "#web/lib/texts.ts";

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { title, detail, home } = texts.problems.notFound;
  return (
    <Container size="sm" py="xl">
      <EmptyState
        icon={<IconMapOff />}
        title={title}
        text={detail}
        action={<LinkButton to="/">{home}</LinkButton>}
      />
    </Container>
  );
}
