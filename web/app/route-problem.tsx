import { Container } from "@mantine/core";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { ProblemAlert } from "#web/components/problem-alert.tsx";

/** A page that could not be shown. */
export function RouteProblem({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Container component="main" size="sm" py="xl">
      <ProblemAlert error={error} onRetry={() => void router.invalidate()} />
    </Container>
  );
}
