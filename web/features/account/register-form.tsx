import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { FormProblem } from "#web/components/form-problem.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { texts } from "#web/lib/texts.ts";
import { useEntering } from "./use-entering.ts";

const { fields } = texts.account;

/** Makes an account: with a workspace of its own, or by an invitation into one that is there. */
export function RegisterForm(props: {
  submit: string;
  next?: string | undefined;
  invitation?: { token: string; email: string };
}) {
  const { submit, next, invitation } = props;
  const { enter, pending, problem } = useEntering({
    enter: (fields: { name: string; email: string; password: string }) =>
      answerOf(
        api.POST("/v1/auth/register", {
          body: { ...fields, ...(invitation ? { invitation: invitation.token } : {}) },
        }),
      ),
    next,
  });
  const form = useForm({
    initialValues: { name: "", email: invitation?.email ?? "", password: "" },
  });
  return (
    <form onSubmit={form.onSubmit(enter)}>
      <Stack>
        <TextInput
          label={fields.name}
          autoComplete="name"
          required
          maxLength={200}
          {...form.getInputProps("name")}
          error={problem?.at("/name")}
        />
        <TextInput
          label={fields.email}
          type="email"
          autoComplete="username"
          required
          readOnly={invitation !== undefined}
          {...form.getInputProps("email")}
          error={problem?.at("/email")}
        />
        <PasswordInput
          label={fields.newPassword}
          description={fields.newPasswordHelp}
          autoComplete="new-password"
          required
          minLength={8}
          {...form.getInputProps("password")}
          error={problem?.at("/password")}
        />
        <FormProblem error={problem} fields={["/name", "/email", "/password"]} />
        <Button type="submit" loading={pending} fullWidth>
          {submit}
        </Button>
      </Stack>
    </form>
  );
}
