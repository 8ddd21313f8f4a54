import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useSearch } from "@tanstack/react-router";
import { FormProblem } from "#web/components/form-problem.tsx";
import { LinkAnchor } from "#web/components/router-link.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { texts } from "#web/lib/texts.ts";
import { AccountFrame } from "./account-frame.tsx";
import { useEntering } from "./use-entering.ts";

const { signIn: words, fields } = texts.account;

/** Signing in with e-mail and password. */
export function SignInPage() {
  const { next } = useSearch({ from: "/sign-in" });
  const { enter, pending, problem } = useEntering({
    enter: (body: { email: string; password: string }) =>
      answerOf(api.POST("/v1/auth/login", { body })),
    next,
  });
  const form = useForm({ initialValues: { email: "", password: "" } });
  return (
    <AccountFrame title={words.title} lead={words.lead}>
      <form onSubmit={form.onSubmit(enter)}>
        <Stack>
          <TextInput
            label={fields.email}
            type="email"
            autoComplete="username"
            required
            {...form.getInputProps("email")}
            error={problem?.at("/email")}
          />
          <PasswordInput
            label={fields.password}
            autoComplete="current-password"
            required
            {...form.getInputProps("password")}
            error={problem?.at("/password")}
          />
          <FormProblem error={problem} fields={["/email", "/password"]} />
          <Button type="submit" loading={pending} fullWidth>
            {words.submit}
          </Button>
        </Stack>
      </form>
      <Text size="sm" ta="center">
        {words.other}{" "}
        <LinkAnchor to="/register" search={next === undefined ? {} : { next }} size="sm">
          {words.register}
        </LinkAnchor>
      </Text>
    </AccountFrame>
  );
}
