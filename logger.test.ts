import { expect, test } from "vitest";
import { createLogger, logFacts, nameTraces } from "./logger.ts";

function capture() {
  const lines: Record<string, unknown>[] = [];
  const texts: string[] = [];
  const logger = createLogger({
    name: "test",
    level: "info",
    destination: {
      write(line: string) {
        texts.push(line);
        lines.push(JSON.parse(line) as Record<string, unknown>);
      },
    },
  });
  return { logger, lines, texts };
}

test("strikes out secrets and content, wherever in an object they are", () => {
  const { logger, texts } = capture();
  logger.info({ token: "s3cret", a: { password: "s3cret", b: { prompt: "s3cret" } } }, "said");
  expect(texts.join("")).not.toContain("s3cret");
  expect(texts[0]?.match(/\[hidden\]/g)).toHaveLength(3);
});

test("every line says what is being done, through everything that is awaited", async () => {
  const { logger, lines } = capture();
  const work = async (id: string) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    logger.info(`work ${id}`);
  };
  await Promise.all([
    logFacts.run({ requestId: "one" }, () => work("one")),
    logFacts.run({ workflowId: "post/two", attempt: 2 }, () => work("two")),
  ]);
  logger.info("none");
  expect(lines.find(({ msg }) => msg === "work one")).toMatchObject({ requestId: "one" });
  expect(lines.find(({ msg }) => msg === "work two")).toMatchObject({
    workflowId: "post/two",
    attempt: 2,
  });
  expect(lines.at(-1)).not.toHaveProperty("requestId");
});

test("says nothing twice, and takes the line's own word first", () => {
  const { logger, lines, texts } = capture();
  logFacts.run({ requestId: "outer", workflowId: "outer" }, () => {
    logger.child({ requestId: "own" }).info({ workflowId: "line" }, "said");
  });
  expect(lines[0]).toMatchObject({ requestId: "own", workflowId: "line" });
  expect(texts[0]?.match(/requestId/g)).toHaveLength(1);
  expect(texts[0]?.match(/workflowId/g)).toHaveLength(1);
});

test("names the trace where there is one", () => {
  const { logger, lines } = capture();
  nameTraces(() => ({ traceId: "4bf9" }));
  logger.info("said");
  nameTraces(() => ({}));
  logger.info("said");
  expect(lines.map(({ traceId }) => traceId)).toEqual(["4bf9", undefined]);
});
