import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { keyScopes, type KeyScope } from "#domain/permissions.ts";
import { FormProblem } from "#web/components/form-problem.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";

const words = texts.apiKeys;
const verbs: Record<string, string> = {
  read: words.reads,
  write: words.writes,
  publish: words.publishes,
};

/** What a new key is called, may do, and how long it lasts. */
export function NewKeyForm(props: {
  allowed: readonly string[];
  onMade: (key: string | undefined) => void;
}) {
  const offered = keyScopes.filter((scope) => props.allowed.includes(scope));
  const form = useForm({
    initialValues: { name: "", scopes: [] as string[], days: "90" },
    validate: {
      name: (name) => (name.trim() === "" ? words.nameNeeded : null),
      scopes: (scopes) => (scopes.length === 0 ? words.scopesNeeded : null),
    },
  });
  const make = useAction({
    run: ({ name, scopes, days }: typeof form.values) =>
      answerOf(
        api.POST("/v1/api-keys", {
          body: {
            name: name.trim(),
            scopes: scopes as KeyScope[],
            expiresAt: new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
          },
        }),
      ),
    stale: [["api-keys"]],
    quiet: true,
    // An answer that was lost and asked for again holds no key: it is shown once.
    onDone: ({ key }) => props.onMade(key),
  });
  const problem = make.error ? problemOf(make.error) : undefined;
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate>
      <Stack>
        <TextInput
          label={words.name}
          placeholder={words.namePlaceholder}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps("name")}
          error={form.errors["name"] ?? problem?.at("/name")}
        />
        <Checkbox.Group
          label={words.scopes}
          description={words.scopesHelp}
          {...form.getInputProps("scopes")}
          error={form.errors["scopes"] ?? problem?.at("/scopes")}
        >
          <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs" spacing="xs">
            {[...Map.groupBy(offered, (scope) => scope.split(":")[0] ?? "")].map(
              ([group, scopes]) => (
                <div key={group} role="group" aria-label={words.groups[group] ?? group}>
                  <Text size="sm" fw={600} mb={4}>
                    {words.groups[group] ?? group}
                  </Text>
                  <Group gap="md">
                    {scopes.map((scope) => {
                      const verb = scope.split(":")[1] ?? "";
                      return <Checkbox key={scope} value={scope} label={verbs[verb] ?? verb} />;
                    })}
                  </Group>
                </div>
              ),
            )}
          </SimpleGrid>
        </Checkbox.Group>
        <Select
          label={words.expires}
          data={Object.entries(words.expiresIn).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          {...form.getInputProps("days")}
          error={problem?.at("/expiresAt")}
        />
        <FormProblem error={problem} fields={["/name", "/scopes", "/expiresAt"]} />
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
