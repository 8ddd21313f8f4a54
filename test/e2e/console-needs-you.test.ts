import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { ensureChromium } from "../harness/ensure-chromium.ts";
import { expectAccessible } from "../harness/expect-accessible.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";
import { startReceiver, type Receiver } from "../harness/start-receiver.ts";

const patience = 45_000;

interface Post {
  id: string;
  status: string;
  targets: { id: string; remoteUrl: string | null; removal: { status: string } | null }[];
}

/**
 * What a person decides and mends, in a real browser against the whole product. The tests of this file go on from one
 * another; each leaves nothing that needs somebody.
 */
describe("the console, where a person is needed", async () => {
  const found = await ensureChromium();
  let product: Product;
  let receiver: Receiver;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let channelId: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    if ("missing" in found) return;
    [product, receiver] = await Promise.all([startProduct({ console: true }), startReceiver()]);
    ({ channelId } = await connectSandboxBySession(product, "ada"));
    // A network that can't be read: what gets no answer stays unknown.
    await sandbox("PATCH", "/_accounts/ada", { markers: false, listing: false });
    browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
    context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(patience);
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        complaints.push(message.text());
    });
    await page.goto(product.origin);
    await page.getByLabel("E-mail").fill("ada@example.org");
    await page.locator("input[type=password]").fill("correct-horse-battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Hello Ada" }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.close();
    await receiver?.close();
  });

  beforeEach((test) => {
    if ("missing" in found) test.skip(found.missing);
    test.onTestFailed(async () => {
      const shown = await page.locator("body").innerText();
      console.error(page.url(), complaints, shown.slice(0, 4_000));
    });
  });

  it("says that nothing waits, and has one decide about what nobody could prove", async () => {
    await page.getByText("Nothing waits for you.").waitFor();
    expect(
      await page
        .getByRole("navigation")
        .getByText(/needs? you/)
        .count(),
    ).toBe(0);
    await expectAccessible(page, "needs-nothing");
    const id = await lose("Is anybody there?");
    // It comes by itself.
    const need = page.getByRole("article", { name: "Is it out?: Is anybody there?" });
    await need.waitFor();
    await page.getByRole("navigation").getByText("thing needs you").waitFor();
    await expectAccessible(page, "needs-decision");
    // By keyboard alone.
    await need.getByRole("button", { name: "Decide" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: /Is it out on/ });
    await dialog.getByText("Is anybody there?").waitFor();
    await dialog.getByRole("link", { name: /^Look at/ }).waitFor();
    await dialog.getByRole("button", { name: "Save the decision" }).click();
    await dialog.getByText("Choose one.").waitFor();
    await dialog.getByRole("radio", { name: "It is there" }).focus();
    await page.keyboard.press("Space");
    await expectAccessible(page, "decide");
    // What is none of this account's posts is refused in its place.
    await dialog.getByLabel("Its address there").fill("https://example.org/somewhere");
    await dialog.getByRole("button", { name: "Save the decision" }).click();
    await dialog.getByText(/is no address of a post of this account/).waitFor();
    await dialog.getByLabel("Its address there").fill(await addressOf("Is anybody there?"));
    await dialog.getByRole("button", { name: "Save the decision" }).click();
    await page.getByText("It counts as published.", { exact: true }).waitFor();
    await page.getByText("Nothing waits for you.").waitFor();
    expect(await read<Post>(id)).toMatchObject({
      status: "published",
      targets: [{ remoteUrl: await addressOf("Is anybody there?") }],
    });
  });

  it("gives up from the post's own page, and shows all that was tried", async () => {
    const id = await lose("Perhaps");
    await page.getByRole("link", { name: "Perhaps" }).first().click();
    await page.getByRole("heading", { name: "Perhaps" }).waitFor();
    const channel = page.getByRole("region", { name: "Channels" });
    await channel.getByText("Waits for a decision.").waitFor();
    const history = page.getByRole("region", { name: "History" });
    await history.getByText("No answer", { exact: true }).first().waitFor();
    await history.getByText("Nobody knows", { exact: true }).first().waitFor();
    // Sent once: no other step is counted with it. What only an expert reads is out of the way.
    expect(await history.getByText(/attempt 2/).count()).toBe(0);
    expect(
      await history
        .getByText(/TimeoutError| B$|\/api\/posts/)
        .filter({ visible: true })
        .count(),
    ).toBe(0);
    await history.getByRole("button", { name: "Technical details" }).first().click();
    await history
      .getByText(/\/api\//)
      .filter({ visible: true })
      .first()
      .waitFor();
    await expectAccessible(page, "unconfirmed-post");
    await history.scrollIntoViewIfNeeded();
    await expectAccessible(page, "history");
    await channel.getByRole("button", { name: "Decide" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "Give up" }).check();
    await dialog.getByRole("button", { name: "Save the decision" }).click();
    await channel.getByText("Failed", { exact: true }).waitFor();
    await history.getByText("Given up", { exact: true }).waitFor();
    await history.getByText(/ · by Ada$/).waitFor();
    expect((await read<Post>(id)).status).toBe("failed");
    expect(await history.getByText("The post: Failed").count()).toBe(1);
    // What may be out is not sent again.
    expect(await channel.getByRole("button", { name: "Retry" }).count()).toBe(0);
  });

  it("tries again from home what failed", async () => {
    await fault("reject");
    const { id } = await post("Refused at first");
    await home();
    const need = page.getByRole("article", { name: "Failed: Refused at first" });
    await need.waitFor();
    await expectAccessible(page, "needs-retry");
    await fault();
    // What was given up needs nobody any more.
    expect(await page.getByRole("article", { name: "Failed: Perhaps" }).count()).toBe(0);
    await need.getByRole("button", { name: /^Retry/ }).click();
    await page.getByText("It is tried again.").waitFor();
    await need.waitFor({ state: "detached" });
    await eventually(
      "the post",
      () => read<Post>(id),
      ({ status }) => status === "published",
    );
  });

  it("takes down what is out, once one said yes", async () => {
    const { id } = await post("A thread", {
      parts: [
        { kind: "thread", text: "goes on" },
        { kind: "comment", text: "and on" },
      ],
    });
    await page.goto(`${product.origin}/posts/${id}`);
    const channel = page.getByRole("region", { name: "Channels" });
    await channel.getByText("3 of 3 parts out").waitFor();
    await page.getByRole("article").getByText("goes on").waitFor();
    await page.getByRole("article").getByText("Part 3 of 3, a comment below").waitFor();
    await expectAccessible(page, "thread");
    await channel.getByRole("button", { name: "Take down" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/can't be undone/).waitFor();
    await expectAccessible(page, "take-down");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await dialog.waitFor({ state: "detached" });
    expect((await read<Post>(id)).targets[0]?.removal).toBeNull();
    await channel.getByRole("button", { name: "Take down" }).click();
    await dialog.getByRole("button", { name: "Take it down" }).click();
    await channel.getByText("Taken down", { exact: true }).waitFor();
    // Nothing on the page says that it is published any more.
    const head = page.locator("#content").getByText(/^Published .*, taken down /);
    await head.waitFor();
    expect(await page.locator("#content").getByText("Published", { exact: true }).count()).toBe(
      await page
        .getByRole("region", { name: "History" })
        .getByText("Published", { exact: true })
        .count(),
    );
    await page
      .getByRole("region", { name: "History" })
      .getByText("Take-down asked for by Ada")
      .waitFor();
    expect(await channel.getByRole("button", { name: "Take down" }).count()).toBe(0);
    await expectAccessible(page, "taken-down");
    expect((await read<Post>(id)).targets[0]?.removal?.status).toBe("removed");
  });

  it("says what is happening where it is too late to cancel, and stays with it", async () => {
    const at = new Date(Date.now() + 86_400_000).toISOString();
    const { id } = await post("Too late", { schedule: { mode: "at", at } });
    await page.goto(`${product.origin}/posts/${id}`);
    await page.getByText("Waits for its time.").waitFor();
    await page.getByText(/goes out by/).waitFor();
    // Neither question is answered by the first key that is pressed.
    const focused = () => page.evaluate("document.activeElement?.textContent");
    await page.getByRole("button", { name: "Publish now" }).click();
    const question = page.getByRole("dialog", { name: "Publish it now?" });
    await question.getByText(/Its time, .*, is given up/).waitFor();
    await expect.poll(focused).toBe("Keep its time");
    await expectAccessible(page, "publish-now");
    await page.keyboard.press("Enter");
    await question.waitFor({ state: "detached" });
    expect((await read<Post>(id)).status).toBe("scheduled");
    await page.getByRole("button", { name: "Cancel the post" }).click();
    await expect.poll(focused).toBe("Keep it");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    // It went out between the look and the click.
    await page.route("**/cancel", (route) =>
      route.fulfill({
        status: 409,
        contentType: "application/problem+json",
        json: {
          status: 409,
          code: "too_late",
          title: "Too late",
          detail: "It is being sent to ada right now and can't be called back.",
          requestId: "r",
        },
      }),
    );
    await page.getByRole("button", { name: "Cancel the post" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the post" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "It is too late for that" });
    await alert.getByText(/right now and can't be called back/).waitFor();
    await expectAccessible(page, "too-late");
    await page.unroute("**/cancel");
    await page.getByRole("button", { name: "Cancel the post" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the post" }).click();
    await page.getByRole("region", { name: "Channels" }).getByText("Cancelled").waitFor();
    expect(await alert.count()).toBe(0);
    await page.getByRole("region", { name: "History" }).getByText("Cancelled by Ada").waitFor();
    await page
      .getByText(/^Cancelled .*\d/)
      .first()
      .waitFor();
    expect(await page.getByText(/Due /).count()).toBe(0);
  });

  it("says who decided where somebody else was faster", async () => {
    const { id } = await post("Decided elsewhere", { approval: "required" });
    const { contentHash } = await eventually(
      "the post",
      () => read<Post & { contentHash: string }>(id),
      ({ status }) => status === "awaiting_approval",
    );
    await page.goto(`${product.origin}/posts/${id}`);
    await page.getByText(/to be decided before/).waitFor();
    expect(await page.getByText(/or not at all/).count()).toBe(0);
    await page.goto(`${product.origin}/approvals/${id}`);
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("dialog").waitFor();
    await product.client.call("POST", `/v1/posts/${id}/approve`, { contentHash });
    await page
      .getByRole("status")
      .getByText(/^Ada approved it, .* does not wait/)
      .waitFor();
    await expectAccessible(page, "decided-elsewhere");
    await page.goto(`${product.origin}/posts/${id}`);
    await page.getByRole("region", { name: "History" }).getByText("Approved by Ada").waitFor();
    await page.goto(`${product.origin}/posts?status=expired`);
    await page.getByRole("heading", { name: "No post matches" }).waitFor();
  });

  it("rings for what happened, until one has looked", async () => {
    await home();
    await page.getByText("Nothing waits for you.").waitFor();
    const id = await lose("Hello?");
    // It comes by itself, and what was decided before does not count.
    const bell = page.getByRole("button", { name: "Notifications, 1 new" });
    await bell.waitFor();
    await bell.focus();
    await page.keyboard.press("Enter");
    const list = page.getByRole("dialog");
    await list
      .getByText(/Nobody knows whether a post/)
      .first()
      .waitFor();
    await list.getByText("New", { exact: true }).first().waitFor();
    await expectAccessible(page, "bell");
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Notifications", exact: true }).click();
    expect(await list.getByText("New", { exact: true }).count()).toBe(0);
    await list
      .getByRole("link", { name: /Nobody knows/ })
      .first()
      .click();
    await page.waitForURL(`**/posts/${id}`);
    await list.waitFor({ state: "detached" });
    const [target] = (await read<Post>(id)).targets;
    const decision = { targetId: target?.id, outcome: "give_up" };
    await product.client.call("POST", `/v1/posts/${id}/resolve`, decision);
  });

  it("has one choose of what to be told, and how", async () => {
    await page.getByRole("button", { name: /^Notifications/ }).click();
    await page.getByRole("link", { name: "What you are told, and how" }).click();
    await page.getByRole("heading", { level: 1, name: "Notifications" }).waitFor();
    // No mail server, no chat: said, and not offered.
    await page.getByText(/E-mail is not set up on this installation/).waitFor();
    const guide = await page.getByRole("link", { name: /how to set it up/ }).getAttribute("href");
    const text = await context.request.get(new URL(guide ?? "", product.origin).href);
    expect(await text.text()).toContain("SMTP_URL");
    const cell = (name: string) => page.getByRole("checkbox", { name });
    expect(await cell("A post is overdue: E-mail").isDisabled()).toBe(true);
    expect(await cell("A post is blocked: E-mail").isChecked()).toBe(false);
    expect(await cell("A post is overdue: Chat").isDisabled()).toBe(true);
    await expectAccessible(page, "notification-settings");
    await page.getByLabel("Address of the webhook").fill("no address");
    await page.getByRole("button", { name: "Save the address" }).click();
    await page.getByText("An address begins with").waitFor();
    await page.getByLabel("Address of the webhook").fill(`${receiver.url}/hook`);
    await page.getByRole("button", { name: "Save the address" }).click();
    await page.getByText("The address is kept.").waitFor();
    await page.getByText(`Messages go to ${new URL(receiver.url).host}.`).waitFor();
    await cell("A post is overdue: Chat").check();
    await cell("A post is overdue: Console").uncheck();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Your choice is kept.").waitFor();
    await page.getByRole("button", { name: "Send a test to the chat" }).click();
    await eventually(
      "the test in the chat",
      async () => receiver.received.map(({ body }) => body).join(),
      (all) => all.includes("This is a test"),
    );
    await page.reload();
    expect(await cell("A post is overdue: Chat").isChecked()).toBe(true);
    expect(await cell("A post is overdue: Console").isChecked()).toBe(false);
    await expectAccessible(page, "notification-settings-chat");
    await page.getByRole("button", { name: "Forget it" }).click();
    await page.getByText("The address is forgotten.").waitFor();
  });

  it("fits on a telephone", async () => {
    const id = await lose("On the telephone");
    await page.setViewportSize({ width: 375, height: 740 });
    for (const [path, name] of [
      ["/", "home"],
      [`/posts/${id}`, "post"],
      ["/notifications", "notifications"],
    ]) {
      await page.goto(product.origin + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page
        .getByText(/On the telephone|Send a test|Save the address/)
        .first()
        .waitFor();
      if (name === "post") {
        await page.getByRole("button", { name: "Technical details" }).first().click();
        await page
          .getByText(/\/api\/posts/)
          .filter({ visible: true })
          .first()
          .waitFor();
      }
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow, path).toBeLessThanOrEqual(0);
      if (name === "post")
        await page
          .getByText(/\/api\/posts/)
          .first()
          .scrollIntoViewIfNeeded();
      await expectAccessible(page, `telephone-${name}`);
    }
    await page.getByRole("button", { name: /^Notifications/ }).click();
    await page.getByRole("link", { name: "What you are told, and how" }).waitFor();
    await expectAccessible(page, "telephone-bell");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("leads to the account that must be connected again; what waited for it goes out", async () => {
    await sandbox("POST", "/_accounts/ada/revoke");
    const { id } = await post("Shut out");
    await page.goto(product.origin);
    const blocked = page.getByRole("article", { name: "Blocked: Shut out" });
    await blocked.waitFor();
    await page.getByRole("article", { name: /^Sign in again:/ }).waitFor();
    await expectAccessible(page, "needs-account");
    await page.goto(`${product.origin}/posts/${id}`);
    const channel = page.getByRole("region", { name: "Channels" });
    await channel.getByText("Waits for the account.").waitFor();
    await expectAccessible(page, "blocked-post");
    await channel.getByRole("link", { name: "Connect again" }).click();
    await page
      .getByRole("region", { name: "ada" })
      .getByRole("button", { name: "Connect again" })
      .click();
    await page.getByLabel("Or somebody else").fill("ada");
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByRole("region", { name: "ada" }).getByText("Connected").waitFor();
    await eventually(
      "the post",
      () => read<Post>(id),
      ({ status }) => status === "published",
    );
    await home();
    await page.getByRole("article", { name: /On the telephone/ }).waitFor();
    await blocked.waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });

  it("says what disconnecting stops, keeps the account in sight, and has all of it go on afterwards", async () => {
    const at = new Date(Date.now() + 86_400_000).toISOString();
    const { id } = await post("Held back", { schedule: { mode: "at", at } });
    await page.getByRole("navigation").getByRole("link", { name: "Connections" }).click();
    await page
      .getByRole("region", { name: "ada" })
      .getByRole("button", { name: "Disconnect" })
      .click();
    const dialog = page.getByRole("dialog", { name: "Disconnect ada?" });
    await dialog.getByText("1 post that waits to go out through it will be blocked.").waitFor();
    await expectAccessible(page, "disconnect");
    await dialog.getByRole("button", { name: "Disconnect" }).click();
    const parted = page.getByRole("region", { name: "Disconnected accounts" });
    const card = parted.getByRole("region", { name: "ada" });
    await card.getByText("Disconnected", { exact: true }).waitFor();
    await expectAccessible(page, "disconnected");
    await card.getByRole("button", { name: "Remove" }).click();
    const removing = page.getByRole("dialog", { name: "Remove ada for good?" });
    await removing.getByText(/will stay blocked until cancelled/).waitFor();
    await removing.getByRole("button", { name: "Keep it" }).click();
    await removing.waitFor({ state: "detached" });
    // What went out, and is to go out, there is found as before.
    await page.goto(`${product.origin}/posts?channelId=${channelId}`);
    await page.getByRole("link", { name: "Held back" }).waitFor();
    await expect
      .poll(() => page.getByLabel("Channel").first().inputValue(), { timeout: patience })
      .not.toBe("");
    await home();
    const blocked = page.getByRole("article", { name: "Blocked: Held back" });
    await blocked.getByRole("link", { name: /Connect again/ }).click();
    await card.getByRole("button", { name: "Connect again" }).click();
    await page.getByLabel("Or somebody else").fill("ada");
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByRole("region", { name: "ada" }).getByText("Connected").waitFor();
    expect(await parted.count()).toBe(0);
    await home();
    await page.getByRole("article").first().waitFor();
    expect(await blocked.count()).toBe(0);
    await eventually(
      "the post",
      () => read<Post>(id),
      ({ status }) => status === "scheduled",
    );
    expect(complaints).toEqual([]);
  });

  async function home(): Promise<void> {
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    await page.getByRole("heading", { name: "Hello Ada" }).waitFor();
  }

  function post(text: string, more: object = {}): Promise<Post> {
    return product.client.call<Post>("POST", "/v1/posts", {
      content: { text },
      targets: [{ channelId }],
      approval: "none",
      ...more,
    });
  }

  const read = <Body>(id: string) => product.client.call<Body>("GET", `/v1/posts/${id}`);

  /** Publishes a post whose answer is lost, on a network that says nothing of it afterwards. */
  async function lose(text: string): Promise<string> {
    await fault("drop");
    const { id } = await post(text);
    await eventually(
      "the post",
      () => read<Post>(id),
      ({ status }) => status === "unconfirmed",
    );
    await fault();
    return id;
  }

  async function addressOf(text: string): Promise<string> {
    const log = (await sandbox("GET", "/_log?account=ada")) as { id: string; text: string }[];
    const id = log.find((one) => one.text === text)?.id ?? "";
    return `${product.sandboxUrl}/@ada/posts/${id}`;
  }

  async function fault(kind?: "drop" | "reject"): Promise<void> {
    await sandbox("PUT", "/_faults", { faults: kind ? [{ on: "publish", kind }] : [] });
  }

  async function sandbox(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(product.sandboxUrl + path, {
      method,
      ...(body
        ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }
        : {}),
    });
    expect(answer.ok, `${method} ${path}`).toBe(true);
    return answer.status === 204 ? undefined : answer.json();
  }
});
