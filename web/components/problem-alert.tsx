import { Alert, Button, Group, List, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { problemOf } from "#web/lib/api/problem.ts";
import { texts } from "#web/lib/texts.ts";

/** A refusal in its place: what is wrong, what to do, how to ask about it, and another try where that can help. */
export function ProblemAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { status, title, detail, requestId, errors } = problemOf(error);
  const more = [...new Set(errors.map((one) => one.detail))].filter((told) => told !== detail);
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle aria-hidden />}
      title={title}
      role="alert"
    >
      <Text size="sm">{detail}</Text>
      {more.length > 0 ? (
        <List size="sm" mt={4}>
          {more.map((told) => (
            <List.Item key={told}>{told}</List.Item>
          ))}
        </List>
      ) : null}
      {requestId || onRetry ? (
        <Group mt="sm" gap="md">
          {onRetry ? (
            <Button size="xs" variant="default" onClick={onRetry}>
              {texts.common.retry}
            </Button>
          ) : null}
          {requestId ? <Reference requestId={requestId} quiet={status < 500} /> : null}
        </Group>
      ) : null}
    </Alert>
  );
}

/** How to ask about a refusal. What one can mend oneself needs no asking: then it is folded away. */
function Reference({ requestId, quiet }: { requestId: string; quiet: boolean }) {
  const reference = (
    <Text size="xs" c="dimmed" ff="monospace">
      {texts.common.reference(requestId)}
    </Text>
  );
  if (!quiet) return reference;
  return (
    <Text size="xs" component="details">
      <summary>{texts.common.details}</summary>
      {reference}
    </Text>
  );
}
