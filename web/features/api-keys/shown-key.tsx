import { Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { texts } from "#web/lib/texts.ts";

/** A key in full, the only time. */
export function ShownKey(props: { apiKey: string | undefined; onSaved: () => void }) {
  const { apiKey, onSaved } = props;
  if (apiKey === undefined) return <Text>{texts.apiKeys.lost}</Text>;
  return (
    <Stack>
      <Text size="sm">{texts.apiKeys.madeText}</Text>
      <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {apiKey}
      </Code>
      <Group justify="space-between">
        {/* Over plain HTTP browsers have no clipboard: a button that does nothing would lose the key. */}
        {window.isSecureContext ? (
          <CopyButton value={apiKey}>
            {({ copied, copy }) => (
              <Button
                variant="light"
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
                onClick={copy}
              >
                <span role="status">{copied ? texts.common.copied : texts.common.copy}</span>
              </Button>
            )}
          </CopyButton>
        ) : (
          <span />
        )}
        <Button onClick={onSaved}>{texts.apiKeys.saved}</Button>
      </Group>
    </Stack>
  );
}
