import { Alert, Anchor, Card, Center, Code, Stack, Text, Title } from "@mantine/core";
import { IconMapPin } from "@tabler/icons-react";
import { useEffect, type ReactNode } from "react";
import { Brand } from "#web/components/brand.tsx";
import { installation } from "#web/lib/installation.ts";
import { texts } from "#web/lib/texts.ts";
import classes from "./account-frame.module.css";

/** The page of whoever is not signed in. */
export function AccountFrame(props: { title: string; lead: ReactNode; children: ReactNode }) {
  const { title, lead, children } = props;
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  return (
    <Center component="main" mih="100vh" p="md" className={classes["ground"] ?? ""}>
      <Stack w="100%" maw={420} gap="lg">
        <Stack gap={4} align="center">
          <Brand size={40} />
          <Text c="dimmed" size="sm">
            {texts.claim}
          </Text>
        </Stack>
        <Elsewhere />
        <Card padding="xl" shadow="sm">
          <Stack gap="lg">
            <div>
              <Title order={1} size="h3">
                {title}
              </Title>
              <Text c="dimmed" size="sm" mt={4} component="div">
                {lead}
              </Text>
            </div>
            {children}
          </Stack>
        </Card>
      </Stack>
    </Center>
  );
}

/** Cookies and forms are bound to the one public address: elsewhere signing in would only seem to work. */
function Elsewhere() {
  const { publicUrl, startCommand } = installation;
  if (new URL(publicUrl).origin === location.origin) return null;
  const words = texts.account.elsewhere;
  return (
    <Alert
      color="yellow"
      variant="outline"
      icon={<IconMapPin aria-hidden />}
      title={words.title}
      role="alert"
    >
      <Text size="sm">
        {words.text} <Anchor href={publicUrl}>{publicUrl}</Anchor>
      </Text>
      <Text size="sm" mt="xs">
        {words.advice}
      </Text>
      <Code block mt={4}>{`${startCommand} --public-url ${location.origin}`}</Code>
    </Alert>
  );
}
