import {
  Button,
  Card,
  Checkbox,
  Chip,
  Group,
  Input,
  MultiSelect,
  NumberInput,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { ProblemAlert } from "#web/components/problem-alert.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Channel } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { agentOf, checkAgent, emptyAgent, timeZones, weekdays } from "./agent-draft.ts";

const words = texts.agents.form;
const zones = timeZones(
  Intl.supportedValuesOf("timeZone"),
  Intl.DateTimeFormat().resolvedOptions().timeZone,
);

/** What an agent is told, in the order in which one thinks of it. */
export function AgentForm({ channels }: { channels: readonly Channel[] }) {
  const navigate = useNavigate();
  const form = useForm({ initialValues: emptyAgent(channels), validate: checkAgent });
  const create = useAction({
    run: (values: typeof form.values) =>
      answerOf(api.POST("/v1/agents", { body: agentOf(values) })),
    stale: [["agents"]],
    done: words.created,
    quiet: true,
    onDone: () => void navigate({ to: "/agents" }),
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Card maw={760}>
        <Stack gap="lg">
          <TextInput
            label={words.name}
            placeholder={words.namePlaceholder}
            required
            maxLength={200}
            {...form.getInputProps("name")}
          />
          <Textarea
            label={words.brief}
            description={words.briefHelp}
            placeholder={words.briefPlaceholder}
            required
            autosize
            minRows={3}
            {...form.getInputProps("brief")}
          />
          <Textarea
            label={words.voice}
            placeholder={words.voicePlaceholder}
            autosize
            minRows={2}
            {...form.getInputProps("brandVoice")}
          />
          <MultiSelect
            label={words.channels}
            {...(form.values.channelIds.length === 0
              ? { placeholder: words.channelsPlaceholder }
              : {})}
            data={channels.map(({ id, name, platform }) => ({
              value: id,
              label: `${name} (${platform})`,
            }))}
            required
            {...form.getInputProps("channelIds")}
          />
          <Input.Wrapper
            label={words.days}
            labelElement="div"
            labelProps={{ id: "agent-days" }}
            error={form.errors["days"]}
          >
            <Chip.Group multiple {...form.getInputProps("days")}>
              <Group gap="xs" mt={4} role="group" aria-labelledby="agent-days">
                {weekdays.map((day) => (
                  <Chip key={day} value={day} radius="md">
                    {texts.agents.days[day]}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          </Input.Wrapper>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TagsInput
              label={words.times}
              description={words.timesHelp}
              {...form.getInputProps("times")}
            />
            <Select
              label={words.timeZone}
              description=" "
              data={zones}
              searchable
              allowDeselect={false}
              {...form.getInputProps("timeZone")}
            />
          </SimpleGrid>
          <Radio.Group label={words.autonomy} {...form.getInputProps("autonomy")}>
            <Stack gap="xs" mt={6}>
              <Radio value="suggest" label={words.suggest} />
              <Radio value="autopilot" label={words.autopilot} />
            </Stack>
          </Radio.Group>
          {form.values.autonomy === "autopilot" ? (
            <Text size="sm" role="status">
              {words.autopilotWarning}
            </Text>
          ) : null}
          <Checkbox
            label={words.mediaLabel}
            {...form.getInputProps("withImage", { type: "checkbox" })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberInput
              label={words.dailyPosts}
              min={1}
              max={100}
              allowDecimal={false}
              {...form.getInputProps("dailyPostLimit")}
            />
            <NumberInput
              label={words.dailyCredits}
              min={1}
              max={1_000_000}
              allowDecimal={false}
              {...form.getInputProps("creditLimit")}
            />
          </SimpleGrid>
          {create.error ? <ProblemAlert error={create.error} /> : null}
          <Group>
            <Button type="submit" loading={create.isPending}>
              {words.submit}
            </Button>
          </Group>
        </Stack>
      </Card>
    </form>
  );
}
