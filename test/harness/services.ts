/**
 * The services that tests share. They are started once: by `npm test` for all suites, or by vitest's global setup when a
 * suite is run by hand; either way their addresses come through the environment:
 *
 * | variable | is |
 * |---|---|
 * | `TEST_DATABASE_SUPERUSER_URL` | PostgreSQL, as superuser, database `postgres` |
 * | `TEST_DATABASE_OWNER_PASSWORD` | of `drumbeat_owner`, who migrates |
 * | `TEST_DATABASE_SERVICE_PASSWORD` | of `drumbeat_service`, whom the product works as |
 * | `TEST_TEMPORAL_ADDRESS` | Temporal's development server, in memory, time skipping allowed per execution |
 * | `TEST_TEMPORAL_CLI_PATH` | its executable |
 * | `TEST_TEMPORAL_TEST_SERVER_PATH` | executable of the time-skipping test server |
 * | `FFMPEG_PATH`, `FFPROBE_PATH` | ffmpeg |
 * | `TEST_PEER_BLUESKY_MISSING` | why the Bluesky server could not be installed here, if so: the reason to skip its tests |
 */
export interface TestServices {
  databaseSuperuserUrl: string;
  ownerPassword: string;
  servicePassword: string;
  temporalAddress: string;
  temporalNamespace: string;
  temporalCliPath: string;
  /** For `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: "existing-path", path } } })`. */
  temporalTestServerPath: string;
  ffmpegPath: string;
  ffprobePath: string;
}

/** The services of this test run. Throws when it runs without them: the suite then lacks the global setup. */
export function testServices(): TestServices {
  return {
    databaseSuperuserUrl: variable("TEST_DATABASE_SUPERUSER_URL"),
    ownerPassword: variable("TEST_DATABASE_OWNER_PASSWORD"),
    servicePassword: variable("TEST_DATABASE_SERVICE_PASSWORD"),
    temporalAddress: variable("TEST_TEMPORAL_ADDRESS"),
    temporalNamespace: "default",
    temporalCliPath: variable("TEST_TEMPORAL_CLI_PATH"),
    temporalTestServerPath: variable("TEST_TEMPORAL_TEST_SERVER_PATH"),
    ffmpegPath: variable("FFMPEG_PATH"),
    ffprobePath: variable("FFPROBE_PATH"),
  };
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `${name} is not set: this test needs services, so it belongs in test/ or in a file named *.integration.test.ts.`,
    );
  }
  return value;
}
