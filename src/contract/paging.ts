import * as z from 'zod';

/** Which part of a list, newest first. */
export const Page = z.object({
  skip: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type Page = z.output<typeof Page>;

/** The envelope of a list: its rows stand beside the page, `listOf({ anomalies: z.array(Anomaly) })`. */
export function listOf<Rows extends z.ZodRawShape>(rows: Rows) {
  return z.object({ total: z.int(), skip: z.int(), limit: z.int(), ...rows });
}

const LARGEST_INTEGER = 2_147_483_647;
const id = z.coerce.number().int().min(1);

/** A key of a table. One beyond the largest is unknown, not wrong. */
export const RowId = id.transform((key) => Math.min(key, LARGEST_INTEGER));

/** An id in a path. */
export const Id = z.object({ id: RowId });

/** An id of the tables that grow for ever. */
export const BigId = z.object({ id });

/** Who did it, of a request without authentication. */
export const User = z.object({ user: z.string().min(1).max(200).default('system') });
