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
import { FormProblem } from "#web/components/form-problem.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import type { Channel } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import {
  agentOf,
  agentPointers,
  checkAgent,
  emptyAgent,
  highest,
  timeZones,
  weekdays,
  type AgentDraft,
} from "./agent-draft.ts";

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
  const problem = create.error ? problemOf(create.error) : undefined;
  const field = (name: keyof AgentDraft) => ({
    ...form.getInputProps(name),
    error: form.errors[name] ?? problem?.at(agentPointers[name]),
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
            {...field("name")}
          />
          <Textarea
            label={words.brief}
            description={words.briefHelp}
            placeholder={words.briefPlaceholder}
            required
            autosize
            minRows={3}
            {...field("brief")}
          />
          <Textarea
            label={words.voice}
            placeholder={words.voicePlaceholder}
            autosize
            minRows={2}
            {...field("brandVoice")}
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
            {...field("channelIds")}
          />
          <Input.Wrapper
            label={words.days}
            labelElement="div"
            labelProps={{ id: "agent-days" }}
            error={field("days").error}
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
            <TagsInput label={words.times} description={words.timesHelp} {...field("times")} />
            <Select
              label={words.timeZone}
              description=" "
              data={zones}
              searchable
              allowDeselect={false}
              {...field("timeZone")}
            />
          </SimpleGrid>
          <Radio.Group label={words.autonomy} {...field("autonomy")}>
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
            error={problem?.at(agentPointers.withImage)}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberInput
              label={words.dailyPosts}
              min={1}
              max={highest.dailyPostLimit}
              clampBehavior="none"
              allowDecimal={false}
              {...field("dailyPostLimit")}
            />
            <NumberInput
              label={words.dailyCredits}
              description={words.dailyCreditsHelp}
              inputWrapperOrder={["label", "input", "description", "error"]}
              min={1}
              max={highest.creditLimit}
              clampBehavior="none"
              allowDecimal={false}
              {...field("creditLimit")}
            />
          </SimpleGrid>
          <FormProblem error={problem} fields={Object.values(agentPointers)} />
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
