import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { CredentialField } from "./credentials-dialog.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Platform } from "#web/lib/api/types.ts";
import { useAction } from "#web/lib/use-action.ts";
import { CredentialsDialog } from "./credentials-dialog.tsx";

/** Connects an account: over to the platform to sign in there, or by the credentials that its manifest asks for. */
export function ConnectButton(props: {
  platform: Platform;
  label: string;
  size?: ButtonProps["size"];
}) {
  const { platform, label, size } = props;
  const [asking, { open, close }] = useDisclosure(false);
  const byCredentials = platform.auth["kind"] === "credentials";
  const goThere = useAction({
    run: () => answerOf(api.POST("/v1/connections", { body: { platform: platform.name } })),
    stale: [],
    onDone: ({ authorizationUrl }) => {
      if (authorizationUrl) location.assign(authorizationUrl);
    },
  });
  return (
    <>
      <Button
        {...(size ? { size } : {})}
        variant="light"
        loading={goThere.isPending}
        onClick={byCredentials ? open : () => goThere.mutate()}
      >
        {label}
      </Button>
      {byCredentials ? (
        <CredentialsDialog
          platform={platform}
          fields={(platform.auth["fields"] ?? []) as CredentialField[]}
          opened={asking}
          onClose={close}
        />
      ) : null}
    </>
  );
}
