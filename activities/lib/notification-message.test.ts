import { expect, test } from "vitest";
import type { NotificationSubject } from "#domain/notifications.ts";
import { notificationMessage } from "./notification-message.ts";

const subject = (over: Partial<NotificationSubject> = {}): NotificationSubject => ({
  kind: "needs_approval",
  subjectKind: "post",
  subjectId: "7",
  name: "Ada",
  ...over,
});
const make = (subjects: NotificationSubject[], workspaceName = "Harbour") =>
  notificationMessage({ subjects, workspaceName, publicUrl: "https://d.example" });

test("of one thing is about that, with its page", () => {
  const message = make([subject()]);
  expect(message.subject).toBe("A post for Ada waits for approval · Harbour");
  expect(message.text).toContain("https://d.example/approvals/7");
  expect(message.html).toContain('<a href="https://d.example/approvals/7">');
  expect(message.chat).toContain(
    "<https://d.example/approvals/7|A post for Ada waits for approval>",
  );
});

test("of several names each", () => {
  const message = make([subject(), subject({ kind: "overdue", subjectId: "8" })]);
  expect(message.subject).toBe("2 things need you · Harbour");
  expect(message.text).toContain("/approvals/7");
  expect(message.text).toContain("/posts/8");
  const many = make(Array.from({ length: 53 }, (_, index) => subject({ subjectId: `n${index}` })));
  expect(many.text).toContain("/approvals/n49");
  expect(many.text).not.toContain("/approvals/n50");
  expect(many.text).toContain("and 3 more");
});

test("takes no name for anything but a name", () => {
  const name = 'A\r\nBcc: eve@example.com <script>"x"</script> <!channel>|';
  const message = make([subject({ name })], "Har\nbour<b>");
  expect(message.subject).not.toMatch(/[\r\n]/);
  expect(message.html).not.toContain("<script>");
  expect(message.html).not.toContain("<b>");
  expect(message.chat).not.toContain("<!channel>");
  expect(message.chat.split("|")).toHaveLength(2);
});

test("calls nobody together in a chat", () => {
  const name =
    "@all @channel @here @everyone @ada <!channel> <!here|x> <@U1> <@&7> <#C1> @\u200b@all";
  const { chat } = make([subject({ name }), subject({ name: "@ada@example.social" })], name);
  for (const text of [
    chat,
    chat.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  ]) {
    expect(text).not.toMatch(/@[\w!&]/);
    expect(text).not.toMatch(/<[!@#]/);
  }
  // What people read is the same.
  expect(chat.replaceAll("\u200b", "")).toContain("A post for @ada@example.social waits");
});
