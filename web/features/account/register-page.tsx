import { Text } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { LinkAnchor } from "#web/components/router-link.tsx";
import { installation } from "#web/lib/installation.ts";
import { texts } from "#web/lib/texts.ts";
import { AccountFrame } from "./account-frame.tsx";
import { RegisterForm } from "./register-form.tsx";

const words = texts.account.register;

/** Making an account with a workspace of its own, where this installation lets one. */
export function RegisterPage() {
  const { next } = useSearch({ from: "/register" });
  const closed = installation.registration === "closed";
  return (
    <AccountFrame title={words.title} lead={words.leads[installation.registration]}>
      {closed ? null : <RegisterForm submit={words.submit} next={next} />}
      <Text size="sm" ta="center">
        {words.other}{" "}
        <LinkAnchor to="/sign-in" search={next === undefined ? {} : { next }} size="sm">
          {words.signIn}
        </LinkAnchor>
      </Text>
    </AccountFrame>
  );
}
