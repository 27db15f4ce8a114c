import * as z from 'zod';

/** A label set, as in Prometheus. */
export const Labels = z.record(z.string(), z.string());

/** Anything JSON, by name. */
export const Details = z.record(z.string(), z.unknown());
