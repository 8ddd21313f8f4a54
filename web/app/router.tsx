import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { z } from "zod/mini";
import { postMachine, runMachine } from "#domain/states.ts";
import { LoadingCards } from "#web/components/loading-cards.tsx";
import { ApiProblem } from "#web/lib/api/problem.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { RouteProblem } from "./route-problem.tsx";
import { Shell } from "./shell.tsx";
import { StepUpDialog } from "./step-up-dialog.tsx";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <>
      <Outlet />
      <StepUpDialog />
    </>
  ),
  notFoundComponent: NotFoundPage,
  errorComponent: RouteProblem,
});

/** Where to go on after signing in: a path of ours, and nothing that leads elsewhere. */
const Next = z.object({
  next: z.optional(z.catch(z.optional(z.string().check(z.regex(/^\/(?![/\\])/))), undefined)),
});
const parseNext = (search: Record<string, unknown>) => Next.parse(search);

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: parseNext,
  component: lazyRouteComponent(
    () => import("#web/features/account/sign-in-page.tsx"),
    "SignInPage",
  ),
});
const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  validateSearch: parseNext,
  component: lazyRouteComponent(
    () => import("#web/features/account/register-page.tsx"),
    "RegisterPage",
  ),
});
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitations/$token",
  component: lazyRouteComponent(
    () => import("#web/features/account/invitation-page.tsx"),
    "InvitationPage",
  ),
});

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queryClient.ensureQueryData(meQuery) };
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401)
        throw redirect({
          to: "/sign-in",
          search: location.href === "/" ? {} : { next: location.href },
          replace: true,
        });
      throw error;
    }
  },
  component: Shell,
});

const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  component: lazyRouteComponent(() => import("#web/features/home/home-page.tsx"), "HomePage"),
});

const absent = z.optional(z.catch(z.optional(z.uuid()), undefined));

const RunsSearch = z.object({
  status: z.optional(z.catch(z.optional(z.enum(runMachine.states)), undefined)),
  agentId: absent,
});
const runsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/runs",
  validateSearch: (search: Record<string, unknown>) => RunsSearch.parse(search),
  component: lazyRouteComponent(() => import("#web/features/runs/runs-page.tsx"), "RunsPage"),
});
const runRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/runs/$runId",
  component: lazyRouteComponent(() => import("#web/features/runs/run-page.tsx"), "RunPage"),
});

const approvalsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/approvals",
  component: lazyRouteComponent(
    () => import("#web/features/approvals/approvals-page.tsx"),
    "ApprovalsPage",
  ),
});
const reviewRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/approvals/$postId",
  component: lazyRouteComponent(
    () => import("#web/features/approvals/review-page.tsx"),
    "ReviewPage",
  ),
});

const PostsSearch = z.object({
  status: z.optional(z.catch(z.optional(z.enum(postMachine.states)), undefined)),
  agentId: absent,
  channelId: absent,
});
const postsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/posts",
  validateSearch: (search: Record<string, unknown>) => PostsSearch.parse(search),
  component: lazyRouteComponent(() => import("#web/features/posts/posts-page.tsx"), "PostsPage"),
});
const postRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/posts/$postId",
  component: lazyRouteComponent(() => import("#web/features/posts/post-page.tsx"), "PostPage"),
});

const ConnectionsSearch = z.object({ connected: absent, refused: absent });
const connectionsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/connections",
  validateSearch: (search: Record<string, unknown>) => ConnectionsSearch.parse(search),
  component: lazyRouteComponent(
    () => import("#web/features/connections/connections-page.tsx"),
    "ConnectionsPage",
  ),
});

const agentsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/agents",
  component: lazyRouteComponent(() => import("#web/features/agents/agents-page.tsx"), "AgentsPage"),
});
const newAgentRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/agents/new",
  component: lazyRouteComponent(
    () => import("#web/features/agents/new-agent-page.tsx"),
    "NewAgentPage",
  ),
});

const apiKeysRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/api-keys",
  component: lazyRouteComponent(
    () => import("#web/features/api-keys/api-keys-page.tsx"),
    "ApiKeysPage",
  ),
});

const notificationsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/notifications",
  component: lazyRouteComponent(
    () => import("#web/features/notifications/notifications-page.tsx"),
    "NotificationsPage",
  ),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  registerRoute,
  invitationRoute,
  signedInRoute.addChildren([
    homeRoute,
    runsRoute,
    runRoute,
    approvalsRoute,
    reviewRoute,
    postsRoute,
    postRoute,
    connectionsRoute,
    agentsRoute,
    newAgentRoute,
    apiKeysRoute,
    notificationsRoute,
  ]),
]);

/** The console's pages by their addresses; what they filter by is in the address, so that it can be shared. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    // A server that lets one wait is not taken for an empty page.
    defaultPendingComponent: LoadingCards,
    scrollRestoration: true,
  });
}
