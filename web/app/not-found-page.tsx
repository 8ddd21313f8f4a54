import { Container } from "@mantine/core";
import { NothingHere } from "#web/components/nothing-here.tsx";

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <Container size="sm" py="xl">
      <NothingHere />
    </Container>
  );
}
