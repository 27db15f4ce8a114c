import type * as z from 'zod';

/** What an answer of this schema is. */
export type Wire<Schema extends z.ZodType> = z.output<Schema>;
