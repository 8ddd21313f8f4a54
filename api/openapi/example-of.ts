type Json = Record<string, unknown>;

/** Finds what a `$ref` names. */
export type Lookup = (reference: string) => unknown;

/** What a member of this name usually looks like. A schema that says more about itself in `examples` is followed. */
const byName: Record<string, unknown> = {
  accountName: "Harbour Café",
  action: "post.approved",
  actor: "user:01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44",
  address: "203.0.113.7",
  altText: "A crane against the evening sky",
  at: "2027-03-01T09:00:00Z",
  authorizationUrl: "https://social.example/oauth/authorize?state=…",
  brandVoice: "Warm, short sentences, no exclamation marks.",
  brief: "Tell people what happens in the harbour this week.",
  channelName: "Harbour Café",
  code: "content_rejected",
  contentHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  contentType: "image/jpeg",
  contentUrl: "https://drumbeat.example/v1/assets/01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44/content",
  credits: 4,
  data: "AAECAw==",
  detail: "The platform refused the picture.",
  email: "ada@example.org",
  events: "post.*",
  externalId: "campaign-7/launch",
  handle: "@harbour",
  key: "drumbeat_live_2Jq8sT0aLm3X_…",
  lastFour: "x7Qa",
  link: "https://drumbeat.example/join#token",
  mediaUrl:
    "https://media.example/media/01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44/assets/01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44?expires=1800003600&key=p1f2e3d4c&signature=…",
  metrics: { views: 120, likes: 8 },
  model: "sandbox/sandbox-text-1",
  name: "Harbour",
  nextCursor: null,
  password: "correct-horse-battery",
  platform: "sandbox",
  prefix: "drumbeat_live_2Jq8sT0aLm3X",
  prompt: "A friendly caption about the harbour at dusk",
  reason: "The date is wrong.",
  recipe: "image@1 1080x1080",
  remoteId: "4711",
  scopes: ["posts:read", "posts:write"],
  slot: "1h",
  subject: "post:01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44",
  text: "The lamp room is open again.",
  timeZone: "Europe/Berlin",
  times: ["09:00"],
  title: "Harbour news",
  token: "Qm9hdHM…",
  url: "https://social.example/harbour",
  userAgent: "Mozilla/5.0",
};

const byFormat: Record<string, unknown> = {
  uuid: "01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44",
  "date-time": "2027-03-01T09:00:00.000Z",
  date: "2027-03-01",
  email: "ada@example.org",
  uri: "https://drumbeat.example/",
  binary: "…",
};

const byPattern: Record<string, unknown> = {
  "^[0-9a-f]{64}$": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
};

/**
 * A value that fits a JSON Schema and reads like a real one: the schema's own example where it has one, else what its
 * format or name suggests, else the least that fits. `sparse` leaves out what is not required.
 */
export function exampleOf(
  schema: unknown,
  options: { lookup: Lookup; name?: string; sparse?: boolean; depth?: number },
): unknown {
  const { lookup, name = "", sparse = false, depth = 0 } = options;
  if (!isObject(schema) || depth > 8) return {};
  const inner = (of: unknown, called: string) =>
    exampleOf(of, { lookup, sparse, name: called, depth: depth + 1 });
  if (typeof schema["$ref"] === "string") return inner(lookup(schema["$ref"]), name);
  if (Array.isArray(schema["examples"]) && schema["examples"].length > 0)
    return schema["examples"][0];
  if ("example" in schema) return schema["example"];
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"].find((value) => value !== null) ?? null;
  if (Array.isArray(schema["allOf"]))
    return Object.assign({}, ...schema["allOf"].map((part: unknown) => inner(part, name))) as Json;
  const [choice] = [schema["anyOf"], schema["oneOf"]].filter(Array.isArray).flat() as unknown[];
  if (choice !== undefined) return inner(choice, name);
  const { format, pattern } = schema;
  if (typeof pattern === "string" && pattern in byPattern) return byPattern[pattern];
  const type = Array.isArray(schema["type"]) ? (schema["type"] as unknown[])[0] : schema["type"];
  if (typeof format === "string" && format in byFormat) return byFormat[format];
  if (Object.hasOwn(byName, name) && isOf(byName[name], type)) return byName[name];
  switch (type) {
    case "object":
      return objectExample(schema, { sparse, inner });
    case "array":
      return schema["items"] === undefined || schema["maxItems"] === 0
        ? []
        : [inner(schema["items"], name.replace(/s$/, ""))];
    case "integer":
    case "number":
      return typeof schema["minimum"] === "number" && schema["minimum"] > 1 ? schema["minimum"] : 1;
    case "boolean":
      return schema["default"] ?? false;
    case "null":
      return null;
    case "string":
      return schema["default"] ?? "word";
  }
  return {};
}

function objectExample(
  schema: Json,
  { sparse, inner }: { sparse: boolean; inner: (of: unknown, name: string) => unknown },
): Json {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? (schema["required"] as unknown[]) : [];
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !sparse || required.includes(name))
      .map(([name, member]) => [name, inner(member, name)]),
  );
}

function isOf(value: unknown, type: unknown): boolean {
  if (type === "integer" || type === "number") return typeof value === "number";
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return typeof value === type || (value === null && type === "null");
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
