import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { meQuery } from "#web/lib/queries/me.ts";
import { createQueryClient } from "#web/lib/query-client.ts";
import { startAfresh } from "#web/lib/start-afresh.ts";
import { watchIdentity } from "#web/lib/watch-identity.ts";
import { createAppRouter } from "./router.tsx";
import { cssVariablesResolver, theme } from "./theme.ts";

const queryClient = createQueryClient(() => {
  // Who was never signed in is on the way to the sign-in page already.
  if (queryClient.getQueryData(meQuery.queryKey) === undefined) return;
  // Loaded anew, the page asks who is there and leads to the sign-in page; no open dialog stays in front of it.
  location.reload();
});
watchIdentity({ queryClient, onChange: () => void startAfresh("/") });
window.addEventListener("pageshow", ({ persisted }) => {
  // Brought back as it was left: by then somebody may have signed out.
  if (persisted) location.reload();
});
const router = createAppRouter(queryClient);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** The console: its look, its cache of the API, its pages. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
