import type { S3ClientConfig } from "@aws-sdk/client-s3";

export interface S3Settings {
  /** Of a server that speaks S3; absent for AWS itself. */
  endpoint?: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** `https://host/bucket/key`, as most servers of one's own want it, instead of `https://bucket.host/key`. */
  pathStyle: boolean;
}

/** What a client of the SDK needs for it. Nothing else of the machine, such as its AWS profile, decides who we are. */
export function s3ClientConfig(settings: S3Settings) {
  const { endpoint, region, accessKeyId, secretAccessKey, pathStyle } = settings;
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: pathStyle,
    // Checksums that are sent after the bytes are AWS's own: other servers refuse them.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // A stream that nobody reads for so long (a player that is paused) is asked for again from where it was.
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 120_000 },
    maxAttempts: 4,
  } satisfies S3ClientConfig;
}
