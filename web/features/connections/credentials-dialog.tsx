import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Dialog } from "#web/components/dialog.tsx";
import { FormProblem } from "#web/components/form-problem.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import type { Platform } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.connections;

/** A field of a platform's credentials, as its manifest describes it. */
export interface CredentialField {
  name: string;
  label: string;
  help?: string;
  secret: boolean;
  required: boolean;
}

/** Asks for what the platform's manifest names, and connects with it. Nothing of it is kept in the browser. */
export function CredentialsDialog(props: {
  platform: Platform;
  fields: readonly CredentialField[];
  opened: boolean;
  onClose: () => void;
}) {
  const { platform, fields, opened, onClose } = props;
  const form = useForm<Record<string, string>>({
    initialValues: Object.fromEntries(fields.map(({ name }) => [name, ""])),
  });
  const finish = () => {
    form.reset();
    connect.reset();
    onClose();
  };
  const connect = useAction({
    run: (values: Record<string, string>) =>
      answerOf(
        api.POST("/v1/connections", {
          body: {
            platform: platform.name,
            credentials: Object.fromEntries(
              Object.entries(values).filter(([, value]) => value.trim() !== ""),
            ),
          },
        }),
      ),
    stale: [["connections"], ["needs-you"], ["posts"]],
    done: words.doneAny,
    quiet: true,
    onDone: finish,
  });
  const problem = connect.error ? problemOf(connect.error) : undefined;
  return (
    <Dialog opened={opened} onClose={finish} title={words.credentialsTitle(platform.title)}>
      <form onSubmit={form.onSubmit((values) => connect.mutate(values))}>
        <Stack>
          {fields.map((field, index) => {
            const Input = field.secret ? PasswordInput : TextInput;
            return (
              <Input
                key={field.name}
                label={
                  field.required ? field.label : `${field.label} (${texts.connections.optional})`
                }
                description={field.help}
                required={field.required}
                autoComplete="off"
                {...(index === 0 ? { "data-autofocus": true } : {})}
                {...form.getInputProps(field.name)}
                error={problem?.at(`/credentials/${field.name}`)}
              />
            );
          })}
          <FormProblem error={problem} fields={fields.map(({ name }) => `/credentials/${name}`)} />
          <Group justify="flex-end">
            <Button variant="default" onClick={finish}>
              {texts.common.cancel}
            </Button>
            <Button type="submit" loading={connect.isPending}>
              {words.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
