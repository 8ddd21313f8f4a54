import {
  notificationPath,
  notificationTitle,
  type NotificationSubject,
} from "#domain/notifications.ts";

export interface NotificationMessage {
  subject: string;
  text: string;
  html: string;
  /** As chats take it that understand Slack's form: `<address|words>`. */
  chat: string;
}

const choice = "What you are told of, and how, is yours to choose in your notification settings.";

/** One message on several things, each with the page on which it is decided. At most 50 are named. */
export function notificationMessage(input: {
  subjects: NotificationSubject[];
  workspaceName: string;
  /** Without a slash at its end. */
  publicUrl: string;
}): NotificationMessage {
  const { subjects, workspaceName, publicUrl } = input;
  const lines = subjects.slice(0, 50).map((subject) => ({
    title: notificationTitle(subject),
    address: `${publicUrl}${notificationPath(subject)}`,
  }));
  const rest = subjects.length - lines.length;
  const more = rest > 0 ? [`and ${rest} more: ${publicUrl}/`] : [];
  const [first] = lines;
  const title = subjects.length === 1 && first ? first.title : `${subjects.length} things need you`;
  return {
    subject: `${oneLine(title)} · ${oneLine(workspaceName)}`,
    text: [
      `In the workspace ${oneLine(workspaceName)}:`,
      "",
      ...lines.map((line) => `- ${oneLine(line.title)}\n  ${line.address}`),
      ...more,
      "",
      choice,
      "",
    ].join("\n"),
    html: [
      `<p>In the workspace ${escapeHtml(workspaceName)}:</p>`,
      "<ul>",
      ...lines.map(
        (line) =>
          `<li><a href="${escapeHtml(line.address)}">${escapeHtml(oneLine(line.title))}</a></li>`,
      ),
      ...more.map((line) => `<li>${escapeHtml(line)}</li>`),
      "</ul>",
      `<p>${choice}</p>`,
    ].join("\n"),
    chat: [
      ...lines.map((line) => `• <${line.address}|${escapeChat(oneLine(line.title))}>`),
      ...more.map(escapeChat),
      `_${escapeChat(oneLine(workspaceName))}_`,
    ].join("\n"),
  };
}

/** Names are people's and platforms' own: no header and no line of another's is made of them. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (found) => entities[found] ?? found);
}

/**
 * What would end the link, or call people or channels together: `<!channel>` in Slack, `@all` in Mattermost, `@everyone`
 * in Discord. A space of no width after the `@` keeps it a name, also where entities are read back first.
 */
function escapeChat(text: string): string {
  return text
    .replaceAll("@", "@\u200b")
    .replaceAll(/<(?=[!@#])/g, "<\u200b")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("|", "/");
}
