import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { LoadingCards } from "#web/components/loading-cards.tsx";
import { ProblemAlert } from "#web/components/problem-alert.tsx";
import { LinkAnchor } from "#web/components/router-link.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { ApiProblem } from "#web/lib/api/problem.ts";
import { texts } from "#web/lib/texts.ts";
import { AccountFrame } from "./account-frame.tsx";
import { RegisterForm } from "./register-form.tsx";
import { useEntering } from "./use-entering.ts";

const words = texts.account.invitation;

/** What somebody sees who opens an invitation's link: whereto, as what, and how to take it up. */
export function InvitationPage() {
  const { token } = useParams({ from: "/invitations/$token" });
  const preview = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => answerOf(api.POST("/v1/invitations/preview", { body: { token } })),
    retry: false,
  });
  // Nobody signed in is a common answer here, and no reason to leave for the sign-in page.
  const signedIn = useQuery({
    queryKey: ["invitation", "me"],
    queryFn: async () => {
      try {
        return (await answerOf(api.GET("/v1/me"))).user;
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) return null;
        throw error;
      }
    },
  });
  const failed = [preview, signedIn].find(({ data, error }) => data === undefined && error);
  if (failed)
    return (
      <AccountFrame title={words.unopened} lead="">
        <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />
      </AccountFrame>
    );
  if (!preview.data || signedIn.data === undefined)
    return (
      <AccountFrame title={texts.common.loading} lead="">
        <LoadingCards count={2} height={40} />
      </AccountFrame>
    );
  const { workspace, email, role } = preview.data;
  return (
    <AccountFrame title={words.title(workspace.name)} lead={words.lead(role, email)}>
      {signedIn.data ? (
        <Accept token={token} email={email} signedInAs={signedIn.data.email} />
      ) : (
        <>
          <RegisterForm submit={words.register} invitation={{ token, email }} />
          <Text size="sm" ta="center">
            {words.haveAccount}{" "}
            <LinkAnchor to="/sign-in" search={{ next: `/invitations/${token}` }} size="sm">
              {words.signIn}
            </LinkAnchor>
          </Text>
        </>
      )}
    </AccountFrame>
  );
}

function Accept({
  token,
  email,
  signedInAs,
}: {
  token: string;
  email: string;
  signedInAs: string;
}) {
  const { enter, pending, problem } = useEntering<void>({
    enter: () => answerOf(api.POST("/v1/invitations/accept", { body: { token } })),
    next: "/",
  });
  const wrong = signedInAs.toLowerCase() !== email.toLowerCase();
  const signOut = useEntering<void>({
    enter: () => answerOf(api.POST("/v1/auth/logout")),
    next: `/invitations/${token}`,
  });
  return (
    <Stack>
      {wrong ? <Text size="sm">{words.wrongAccount(signedInAs)}</Text> : null}
      {problem ? <ProblemAlert error={problem} /> : null}
      {wrong ? (
        <Button variant="default" loading={signOut.pending} onClick={() => signOut.enter()}>
          {texts.account.signOut}
        </Button>
      ) : (
        <Button loading={pending} onClick={() => enter()}>
          {words.accept}
        </Button>
      )}
    </Stack>
  );
}
