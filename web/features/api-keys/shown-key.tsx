import { Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { texts } from "#web/lib/texts.ts";

/** A key in full, the only time. */
export function ShownKey(props: { apiKey: string | undefined; onSaved: () => void }) {
  const { apiKey, onSaved } = props;
  const first = useRef<HTMLButtonElement>(null);
  // What was clicked last is gone: without a place of its own the focus would be outside of the dialog.
  useEffect(() => first.current?.focus(), []);
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
                ref={first}
                aria-label={copied ? texts.apiKeys.copied : texts.apiKeys.copy}
                variant="light"
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
                onClick={copy}
              >
                {copied ? texts.common.copied : texts.common.copy}
              </Button>
            )}
          </CopyButton>
        ) : (
          <span />
        )}
        <Button {...(window.isSecureContext ? {} : { ref: first })} onClick={onSaved}>
          {texts.apiKeys.saved}
        </Button>
      </Group>
    </Stack>
  );
}
