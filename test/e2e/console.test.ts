import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Agent, Session } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { videoPart } from "../contracts/media-part-of.ts";
import { ensureChromium } from "../harness/ensure-chromium.ts";
import { expectAccessible } from "../harness/expect-accessible.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

const password = "marketer-canary-password-5521";
const patience = 30_000;

interface Post {
  id: string;
  status: string;
  content: { text: string };
  targets: { channelId: string; remoteUrl: string | null }[];
}

/**
 * A marketer's first hour, in a real browser, against the whole product: what is asserted is what a person sees. The
 * tests of this file go on from one another, as the hour does.
 */
describe("the console", async () => {
  const found = await ensureChromium();
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const requested = new Set<string>();
  const complaints: string[] = [];
  let apiKey = "";

  beforeAll(async () => {
    if ("missing" in found) return;
    product = await startProduct({ console: true });
    // In a container Chromium's own sandbox is not to be had.
    browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
    context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(patience);
    context.on("request", (request) => requested.add(new URL(request.url()).origin));
    context.on("response", (response) => {
      const url = new URL(response.url());
      // The API and the sandbox network's consent refuse what these tests give them to refuse.
      const mayRefuse = url.pathname.startsWith("/v1/") || url.pathname === "/oauth/authorize";
      if (response.status() >= 400 && !mayRefuse)
        complaints.push(`${response.status()} ${url.pathname}`);
    });
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      // What the API refuses Chromium notes as well; of all else a refusal is a complaint, below.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        complaints.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await product?.close();
  });

  beforeEach((test) => {
    if ("missing" in found) test.skip(found.missing);
    test.onTestFailed(async () => {
      console.error(page.url(), complaints, (await page.content()).slice(0, 2_000));
    });
  });

  it("lets a marketer register", async () => {
    await page.goto(`${product.origin}/posts`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(new URL(page.url()).searchParams.get("next")).toBe("/posts");
    await expectAccessible(page, "sign-in");
    await page.getByRole("link", { name: "Register" }).click();
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await page.getByLabel("Name").fill("Mara");
    await page.getByLabel("E-mail").fill("mara@example.org");
    await page.locator("input[type=password]").fill("short");
    await expectAccessible(page, "register");
    await page.locator("input[type=password]").fill(password);
    // What the browser takes for an address and the API does not is said at its field.
    await page.getByLabel("E-mail").fill("mara@harbour");
    await page.getByRole("button", { name: "Register" }).click();
    await page.getByText("is not an e-mail address").waitFor();
    await page.getByLabel("E-mail").fill("mara@example.org");
    await page.getByRole("button", { name: "Register" }).click();
    // On to where one wanted to go.
    await page.getByRole("heading", { name: "No posts yet" }).waitFor();
    await expectAccessible(page, "posts-empty");
    for (const [link, heading] of [
      ["Home", "Hello Mara"],
      ["Approvals", "All clear"],
      ["Runs", "No runs yet"],
      ["Agents", "No agents yet"],
    ] as const) {
      await page.getByRole("navigation").getByRole("link", { name: link, exact: true }).click();
      await page.getByRole("heading", { name: heading }).waitFor();
      expect(await page.evaluate("document.activeElement?.id")).toBe("content");
      await expectAccessible(page, `empty-${link}`);
    }
    await page.getByRole("link", { name: "Create an agent" }).click();
    await page.getByRole("heading", { name: /Connect an account first/ }).waitFor();
  });

  it("connects an account of the sandbox network and comes back", async () => {
    await page.getByRole("link", { name: "Connections" }).click();
    await page.getByRole("heading", { name: "No account is connected yet" }).waitFor();
    const toSandbox = (url: URL) => url.origin === new URL(product.sandboxUrl).origin;
    await page.getByRole("button", { name: "Connect Sandbox network" }).click();
    await page.waitForURL(toSandbox);
    await page.getByRole("button", { name: "Deny" }).click();
    // Whoever says no is back in the console, and can leave nothing behind.
    await page.getByText(/You said no there/).waitFor();
    const begun = page.getByRole("region", { name: "Sandbox network" });
    await begun.getByText("Not finished", { exact: true }).waitFor();
    await expectAccessible(page, "unfinished");
    await begun.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await begun.waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Connect Sandbox network" }).click();
    await page.waitForURL(toSandbox);
    await page.getByLabel("Or somebody else").fill("not a name");
    expect(await page.getByLabel("Another name").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByLabel("Or somebody else").inputValue()).toBe("not a name");
    await page.getByLabel("Or somebody else").fill("mara");
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(
      (url) => url.origin === product.origin && url.pathname === "/connections",
    );
    await page.getByRole("region", { name: "mara" }).getByText("Connected").waitFor();
    await page.getByText(/mara is connected/i).waitFor();
    await expectAccessible(page, "connections");
    await page.getByRole("button", { name: "Connect Bluesky" }).click();
    await page.getByRole("dialog").getByLabel("Handle").waitFor();
    await expectAccessible(page, "connect-bluesky");
    await page.keyboard.press("Escape");
  });

  it("creates an agent", async () => {
    await page.getByRole("link", { name: "Agents" }).click();
    await page.getByRole("link", { name: "Create an agent" }).click();
    await page.getByRole("button", { name: "Create the agent" }).click();
    await page.getByText("Say what it should write about.").waitFor();
    await expectAccessible(page, "agent-form");
    await page.getByRole("textbox", { name: "Name" }).fill("Harbour news");
    await page
      .getByRole("textbox", { name: "What should it write about?" })
      .fill("We roast coffee in small batches by the sea. Invite people to this week's tasting.");
    await page.getByRole("combobox", { name: "Where should it post?" }).click();
    await page.getByRole("option").first().click();
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Credits a day" }).fill("");
    await page.getByRole("button", { name: "Create the agent" }).click();
    await page.getByText("Give a whole number from 1 to 1,000,000.").waitFor();
    expect(await page.getByRole("textbox", { name: "Credits a day" }).inputValue()).toBe("");
    await page.getByRole("textbox", { name: "Credits a day" }).fill("100");
    // What the API says of a field stands there; what it says of none, in the alert.
    await page.route("**/v1/agents", (route) =>
      route.fulfill({
        status: 422,
        contentType: "application/problem+json",
        json: {
          status: 422,
          code: "invalid_request",
          title: "Not valid",
          detail: "Two things.",
          requestId: "r",
          errors: [
            { pointer: "/schedule/times/0", detail: "is a time of nobody" },
            { pointer: "/inputs", detail: "are not taken" },
          ],
        },
      }),
    );
    await page.getByRole("button", { name: "Create the agent" }).click();
    await page.getByText("is a time of nobody").waitFor();
    await page.getByRole("alert").getByText("are not taken").waitFor();
    expect(await page.getByRole("alert").getByText("Two things").count()).toBe(0);
    await page.unroute("**/v1/agents");
    // The line breaks after the API took it: the console asks again with the same key, and there is one agent.
    const keys: (string | undefined)[] = [];
    await page.route("**/v1/agents", async (route) => {
      if (route.request().method() !== "POST") return route.fallback();
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length > 1) return route.fallback();
      await route.fetch();
      return route.abort("connectionreset");
    });
    await page.getByRole("button", { name: "Create the agent" }).click();
    await page.getByRole("region", { name: "Harbour news" }).waitFor();
    await page.unroute("**/v1/agents");
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
    expect((await read<{ data: unknown[] }>("/v1/agents")).data).toHaveLength(1);
    await expectAccessible(page, "agents");
  });

  it("says why a run failed, and lets one try again", async () => {
    const { workspace } = await read<{ workspace: { id: string } }>("/v1/me");
    const limitTo = (creditLimit: number) =>
      inWorkspace(product.deps.orm, workspace.id).nativeUpdate(Agent, {}, { creditLimit });
    await limitTo(1);
    await page.getByRole("button", { name: "Run now" }).click();
    await page.getByRole("alert").getByText("The run failed").waitFor();
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await expectAccessible(page, "failed-run");
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    const steps = page.getByRole("region", { name: "Get going" });
    await steps.getByText(/The last run failed: The agent.s limit is 1 credit a day/).waitFor();
    await expectAccessible(page, "home-after-failure");
    // Nothing waits: there is nothing to review.
    expect(await steps.getByRole("link", { name: "Review" }).count()).toBe(0);
    await steps.getByRole("link", { name: "See that run" }).click();
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await limitTo(100);
    await page.getByRole("navigation").getByRole("link", { name: "Agents" }).click();
  });

  it("shows a run's steps as they happen", async () => {
    // Two clicks before the button knows of the first are one.
    await page.getByRole("button", { name: "Run now" }).waitFor();
    await page.evaluate(`(() => {
      const all = [...document.querySelectorAll("button")];
      const run = all.find(({ textContent }) => textContent === "Run now");
      run.click();
      run.click();
    })()`);
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    let loads = 0;
    page.on("load", () => (loads += 1));
    await page.getByText("Wrote the text", { exact: true }).waitFor();
    await page.getByText("Made the picture", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Review the post" }).waitFor();
    expect(loads).toBe(0);
    // And the one that failed before.
    expect((await read<{ data: unknown[] }>("/v1/runs")).data).toHaveLength(2);
    // Who can't see the page is told too.
    await eventually(
      "the words for screen readers",
      () => page.getByRole("log").textContent(),
      (text) => (text ?? "").length > 0,
    );
    await page.getByRole("button", { name: "Details" }).nth(1).click();
    await expectAccessible(page, "run");
    await page.getByRole("navigation").getByRole("link", { name: "Runs" }).click();
    await page.getByText("Needs approval", { exact: true }).first().waitFor();
    await page.goto(`${product.origin}/runs?status=awaiting_approval&agentId=nonsense`);
    await page.getByRole("link", { name: "Harbour news" }).waitFor();
    expect(await page.getByRole("combobox", { name: "Status" }).inputValue()).toBe(
      "Needs approval",
    );
    await expectAccessible(page, "runs");
  });

  it("shows the post as it will be published; approving publishes exactly it", async () => {
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /Approvals/ })
      .click();
    await expectAccessible(page, "approvals");
    await page
      .getByRole("article")
      .or(page.getByRole("link", { name: /Sandbox text/ }))
      .first()
      .click();
    await page.getByRole("heading", { name: "As it will be published" }).waitFor();
    const picture = page.getByRole("article").getByRole("img").last();
    await eventually(
      "the picture",
      () => picture.evaluate((image) => (image as { naturalWidth?: number }).naturalWidth ?? 0),
      (width) => width > 0,
    );
    await expectAccessible(page, "review");
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const waiting = await read<Post>(`/v1/posts/${id}`);
    expect(waiting.status).toBe("awaiting_approval");
    await page.getByRole("article").getByText(waiting.content.text).waitFor();
    await page.getByRole("button", { name: "Approve and publish" }).click();
    await page.waitForURL(`**/posts/${id}`);
    await page.getByText("Published", { exact: true }).first().waitFor();
    await expectAccessible(page, "post");

    const [elsewhere] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("link", { name: /See it there/ }).click(),
    ]);
    await elsewhere.getByText(waiting.content.text).waitFor();
    expect(new URL(elsewhere.url()).origin).toBe(new URL(product.sandboxUrl).origin);
    await elsewhere.close();
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    await page.getByText("Nothing waits for you.").waitFor();
    await expectAccessible(page, "home");
  });

  it("rejects a post with a reason, and cancels another", async () => {
    const { data } = await read<{ data: Post[] }>("/v1/posts");
    const channelId = data[0]?.targets[0]?.channelId ?? "";
    const make = (text: string, more: object) =>
      send<{ id: string }>("/v1/posts", {
        content: { text },
        targets: [{ channelId }],
        ...more,
      });
    await make("Not like this", {});
    await page.getByRole("navigation").getByRole("link", { name: "Approvals" }).click();
    // It comes by itself, without a look at the clock or a new load.
    await page.getByRole("link", { name: "Not like this" }).click();
    await page.getByRole("button", { name: "Reject" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Reject" }).click();
    await dialog.getByText("Say why, in a few words.").waitFor();
    await expectAccessible(page, "reject");
    await dialog.getByLabel("Reason").fill("Too dull");
    await dialog.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("heading", { name: "All clear" }).waitFor();
    await page.goto(`${product.origin}/posts?status=rejected`);
    await page.getByRole("link", { name: "Not like this" }).click();
    await page.getByRole("heading", { name: "Not like this" }).waitFor();
    await page.getByText("Rejected: Too dull").waitFor();
    expect(await page.getByText("Cancelled", { exact: true }).count()).toBe(0);

    const later = await make("For later", {
      approval: "none",
      schedule: { mode: "at", at: new Date(Date.now() + 86_400_000).toISOString() },
    });
    await page.goto(`${product.origin}/posts?status=scheduled`);
    await page.getByRole("link", { name: "For later", exact: true }).click();
    await page.getByRole("button", { name: "Publish now" }).waitFor();
    await page.getByRole("button", { name: "Cancel the post" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the post" }).click();
    await page.getByText("Cancelled", { exact: true }).first().waitFor();
    expect(await read<Post>(`/v1/posts/${later.id}`)).toMatchObject({ status: "cancelled" });
    await page.getByRole("navigation").getByRole("link", { name: "Posts" }).click();
    await page.getByText("Rejected", { exact: true }).first().waitFor();
    await expectAccessible(page, "posts");
  });

  it("shows a film that waits for approval as the film that it is", async () => {
    const { data } = await read<{ data: Post[] }>("/v1/posts");
    const channelId = data[0]?.targets[0]?.channelId ?? "";
    const film = await new Response(await (await videoPart({})).open()).arrayBuffer();
    const uploaded = await context.request.post(`${product.origin}/v1/assets`, {
      multipart: {
        file: { name: "film.mp4", mimeType: "video/mp4", buffer: Buffer.from(film) },
      },
      headers: { Origin: product.origin },
    });
    const { id: assetId } = (await uploaded.json()) as { id: string };
    const { id } = await send<{ id: string }>("/v1/posts", {
      content: { text: "A film" },
      assets: [{ id: assetId, altText: "Moving stripes" }],
      targets: [{ channelId }],
      approval: "required",
    });
    await eventually(
      "the film for this channel",
      () => read<Post>(`/v1/posts/${id}`),
      ({ status }) => status === "awaiting_approval",
    );
    // What kind of file it is comes late: until then it is nothing, and above all not gone.
    await page.route("**/renditions", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return route.fallback();
    });
    await page.goto(`${product.origin}/approvals/${id}`);
    const shown = page.getByRole("article").locator("video");
    await eventually(
      "the film",
      () => shown.evaluate((video) => (video as { videoWidth?: number }).videoWidth ?? 0),
      (width) => width > 0,
    );
    await page.unroute("**/renditions");
    await expectAccessible(page, "film");
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Seen enough");
    await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await page.getByRole("heading", { name: "All clear" }).waitFor();
  });

  it("makes an API key, shows it once and revokes it", async () => {
    await page.getByRole("navigation").getByRole("link", { name: "API keys" }).click();
    await page.getByRole("button", { name: "Make a key" }).click();
    const dialog = page.getByRole("dialog");
    const inDialog = () =>
      page.evaluate<boolean>("document.activeElement?.closest('[role=dialog]') != null");
    await dialog.getByLabel("Name").fill("Newsletter");
    await dialog.getByRole("group", { name: "Posts" }).getByLabel("read").check();
    await expectAccessible(page, "new-key");
    // It is a while since the password was given: it is asked for once more, and the key is made after all.
    await outsideWorkspaces(product.deps.orm).nativeUpdate(
      Session,
      { userAgent: { $like: "%Chrom%" } },
      { authenticatedAt: new Date(Date.now() - 11 * 60_000) },
    );
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const stepUp = page.getByRole("dialog", { name: "Your password, please" });
    // Whoever would rather not is back in the form, as it was.
    await stepUp.locator("input[type=password]").waitFor();
    await page.keyboard.press("Escape");
    await stepUp.waitFor({ state: "detached" });
    expect(await dialog.getByLabel("Name").inputValue()).toBe("Newsletter");
    await eventually("the focus in the form", inDialog, (inside) => inside);
    await dialog.getByRole("button", { name: "Make the key" }).click();
    await stepUp.locator("input[type=password]").fill("wrong-password");
    await stepUp.getByRole("button", { name: "Go on" }).click();
    await stepUp.getByText(/wrong/i).waitFor();
    await expectAccessible(page, "step-up");
    await stepUp.locator("input[type=password]").fill(password);
    await stepUp.getByRole("button", { name: "Go on" }).click();
    await dialog.getByText("This is the only time").waitFor();
    const copy = dialog.getByRole("button", { name: "Copy the key" });
    await eventually(
      "the focus on the key's button",
      () => copy.evaluate((button) => button.matches(":focus")),
      (focused) => focused,
    );
    for (let press = 0; press < 4; press += 1) {
      await page.keyboard.press("Tab");
      expect(await inDialog()).toBe(true);
    }
    apiKey = (await dialog.locator("pre").textContent()) ?? "";
    const answer = await fetch(`${product.origin}/v1/posts`, {
      headers: { Authorization: `Bearer ${apiKey}` },
    });
    expect(answer.status).toBe(200);
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    expect(await page.content()).not.toContain(apiKey);
    await expectAccessible(page, "api-keys");
    await page.getByRole("region", { name: "Newsletter" }).getByRole("button").click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
  });

  it("takes up an invitation, and a person of several workspaces moves between them", async () => {
    const { link } = await send<{ link: string }>("/v1/invitations", {
      email: "noor@example.org",
      role: "approver",
    });
    const other = await browser.newContext({ reducedMotion: "reduce" });
    other.setDefaultTimeout(patience);
    const theirs = await other.newPage();
    await theirs.goto(link);
    await theirs.getByRole("heading", { name: "Join Mara's workspace" }).waitFor();
    await expectAccessible(theirs, "invitation");
    await theirs.getByLabel("Name").fill("Noor");
    await theirs.locator("input[type=password]").fill("noor-has-a-password");
    await theirs.getByRole("button", { name: "Register and join" }).click();
    await theirs.getByRole("heading", { name: "Hello Noor" }).waitFor();
    // An approver connects nothing, and sees no keys.
    await theirs.goto(`${product.origin}/connections`);
    await theirs.getByText("Your role can't connect accounts.").first().waitFor();
    expect(await theirs.getByRole("link", { name: "API keys" }).count()).toBe(0);
    // An invitation of somebody else: signed out, one may take it up with the right address.
    const third = await send<{ link: string }>("/v1/invitations", {
      email: "third@example.org",
      role: "viewer",
    });
    await theirs.goto(third.link);
    await theirs.getByText(/You are signed in as noor@example.org/).waitFor();
    await theirs.getByRole("button", { name: "Sign out" }).click();
    await theirs.getByRole("button", { name: "Register and join" }).waitFor();
    expect(await theirs.getByLabel("E-mail").inputValue()).toBe("third@example.org");
    await other.close();

    // The product's first person invites Mara, who is registered already.
    const invited = await product.client.call<{ link: string }>("POST", "/v1/invitations", {
      email: "mara@example.org",
      role: "viewer",
    });
    await page.goto(invited.link);
    await page.getByRole("button", { name: "Accept the invitation" }).click();
    await page.getByRole("heading", { name: "Hello Mara" }).waitFor();
    // A viewer decides nothing, and is not called to.
    await page.getByRole("region", { name: "Needs somebody" }).waitFor();
    const elsewhere = await context.newPage();
    await elsewhere.goto(`${product.origin}/agents/new`);
    await elsewhere.getByRole("button", { name: /Ada's workspace/ }).waitFor();
    await page.getByRole("button", { name: /Ada's workspace/ }).click();
    await page.getByRole("menuitem", { name: /Mara's workspace/ }).click();
    await page.getByRole("button", { name: /Mara's workspace/ }).waitFor();
    // All tabs share the session: none goes on as if it were in the workspace that was left.
    await elsewhere.getByRole("button", { name: /Mara's workspace/ }).waitFor();
    await elsewhere.getByRole("heading", { name: "Hello Mara" }).waitFor();
    await elsewhere.close();
    await page.getByRole("link", { name: "Posts" }).click();
    await page.getByRole("link", { name: "For later", exact: true }).waitFor();
    await expectAccessible(page, "several-workspaces");
  });

  it("tells of a refusal in words, with its reference, and of addresses that lead nowhere", async () => {
    await page.goto(`${product.origin}/posts/0193a000-0000-7000-8000-000000000000`);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await page.getByText(/another workspace of yours/).waitFor();
    await expectAccessible(page, "nothing-here");
    await page.getByRole("link", { name: "Go to the home page" }).click();
    await page.getByRole("heading", { name: "Hello Mara" }).waitFor();
    await page.route("**/v1/runs?*", (route) =>
      route.fulfill({ status: 500, headers: { "x-request-id": "our-fault" }, body: "" }),
    );
    await page.goto(`${product.origin}/runs`);
    await page.getByRole("alert").getByText("Reference: our-fault").waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await expectAccessible(page, "problem");
    await page.unroute("**/v1/runs?*");
    await page.goto(`${product.origin}/no/such/page`);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await expectAccessible(page, "not-found");
  });

  it("is usable by keyboard alone, and on a telephone", async () => {
    await page.goto(product.origin);
    await page.getByRole("heading", { name: "Hello Mara" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement?.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement?.id")).toBe("content");
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = () =>
      page.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
    for (const path of [
      "/",
      "/posts",
      "/runs",
      "/agents",
      "/agents/new",
      "/connections",
      "/api-keys",
      "/notifications",
    ]) {
      await page.goto(product.origin + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await overflow(), path).toBeLessThanOrEqual(0);
    }
    // Out of sight it is out of reach of the Tab key too.
    expect(await page.getByRole("navigation").getByRole("link").count()).toBe(0);
    await page.getByRole("button", { name: "Open the navigation" }).click();
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).waitFor();
    await expectAccessible(page, "telephone");
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("says when it is offline", async () => {
    await page.goto(product.origin);
    await page.getByRole("heading", { name: "Hello Mara" }).waitFor();
    await context.setOffline(true);
    // The browser knows no network, but this product is on its own machine: as long as its stream flows, all is well.
    await page.getByRole("navigation").getByRole("link", { name: "Agents" }).click();
    await page.getByRole("heading", { name: "Agents" }).waitFor();
    expect(await page.getByText(/You are offline/).count()).toBe(0);
    await page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
    await page.getByText(/You are offline/).waitFor();
    await context.setOffline(false);
    await page.getByText(/You are offline/).waitFor({ state: "detached" });
  });

  it("keeps no secret in the browser, asks nobody else, and complains of nothing", async () => {
    const kept = await page.evaluate<string>(`(async () => JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      await indexedDB.databases(),
      await caches.keys(),
      document.cookie,
    ]))()`);
    const cookie = (await context.cookies()).find(({ name }) => name.endsWith("sid"));
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect(apiKey).not.toBe("");
    for (const secret of [password, apiKey, cookie?.value ?? "?"])
      expect(kept).not.toContain(secret);
    const sandbox = new URL(product.sandboxUrl).origin;
    expect(
      [...requested].filter((origin) => origin !== product.origin && origin !== sandbox),
    ).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("lets one sign out, and shows nothing afterwards, in no tab", async () => {
    const elsewhere = await context.newPage();
    await elsewhere.goto(`${product.origin}/posts?status=cancelled`);
    await elsewhere.getByRole("link", { name: "For later", exact: true }).click();
    await elsewhere.getByRole("heading", { name: "For later", exact: true }).waitFor();
    await page.getByRole("button", { name: /^Mara Owner/ }).click();
    await expectAccessible(page, "account-menu");
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await elsewhere.getByRole("heading", { name: "Sign in" }).waitFor();
    await elsewhere.goBack();
    await elsewhere.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await elsewhere.getByText("For later").count()).toBe(0);
    await elsewhere.close();
    await page.goto(`${product.origin}/posts`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("says what happened where signing in does not succeed, and until when to wait", async () => {
    await page.getByLabel("E-mail").fill("mara@example.org");
    await page.locator("input[type=password]").fill("not-her-password");
    await page.getByRole("button", { name: "Sign in" }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("That did not match").waitFor();
    expect(await alert.getByText(/Reference: /).isVisible()).toBe(false);
    await alert.getByText("Details").click();
    await alert.getByText(/Reference: [0-9a-f-]{36}/).waitFor();
    await expectAccessible(page, "wrong-password");
    await page.route("**/v1/auth/login", (route) =>
      route.fulfill({
        status: 429,
        contentType: "application/problem+json",
        headers: { "retry-after": "600" },
        json: {
          status: 429,
          code: "too_many_tries",
          title: "Too many",
          detail: "Wait 600 seconds.",
        },
      }),
    );
    await page.getByRole("button", { name: "Sign in" }).click();
    await alert.getByText("Too many tries").waitFor();
    await alert.getByText(/^Try again at \d/).waitFor();
    await page.unroute("**/v1/auth/login");
  });

  /** What the API says to whoever is signed in in the browser. */
  async function read<Body>(path: string): Promise<Body> {
    const answer = await context.request.get(product.origin + path);
    return (await answer.json()) as Body;
  }

  async function send<Body>(path: string, data: object): Promise<Body> {
    const answer = await context.request.post(product.origin + path, {
      data,
      headers: { Origin: product.origin },
    });
    expect(answer.status(), await answer.text()).toBeLessThan(300);
    return (await answer.json()) as Body;
  }
});
