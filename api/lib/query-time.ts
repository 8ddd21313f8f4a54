import { z } from "zod";

/** A time to narrow a list by. PostgreSQL knows no year 0, and RFC 3339 none beyond 9999, where an offset may lead. */
export const QueryTime = z.iso.datetime({ offset: true }).refine(
  (at) => {
    const year = new Date(at).getUTCFullYear();
    return year >= 1 && year <= 9999;
  },
  { message: "is in no year from 1 to 9999" },
);
