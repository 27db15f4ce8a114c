import * as z from 'zod';
import { Labels } from './labels.ts';
import { listOf } from './paging.ts';
import { Time } from './time.ts';

/** One series of an entity. */
export const EntityMember = z.object({
  series_id: z.int(),
  metric_name: z.string(),
  labels: Labels,
  /** Its part in how far the entity is from usual, 0..1. */
  share: z.number(),
});

/** What several series were measured on, and how far they are from going together as they usually do. */
export const Entity = z.object({
  id: z.int(),
  /** That name it: a pod, a machine or a service. */
  labels: Labels,
  /** Every row up to here is judged. */
  judged_until: Time,
  /** Of the latest row: 1 and more is an unusual combination; 0 while the entity is learned. */
  deviation_ratio: z.number(),
  /** Largest share first. */
  members: z.array(EntityMember),
});
export type Entity = z.output<typeof Entity>;

export const EntityList = listOf({ entities: z.array(Entity) });
