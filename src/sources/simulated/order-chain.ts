import type { EstateMetric } from './inventory.ts';
import { livelyNoise, type Signal, seedOf } from './noise.ts';

/**
 * Orders pass through three hosts that share no label: a database, an API that waits for it, a queue that is worked off
 * later. The same contention slows all of them, one after the other.
 */
const PLACES = [
  { instance: 'orders-db', noun: 'Commit time', delayMs: 0, idleSeconds: 0.02, own: 0.05 },
  { instance: 'orders-api', noun: 'Response time', delayMs: 90_000, idleSeconds: 0.12, own: 0.06 },
  { instance: 'orders-queue', noun: 'Wait', delayMs: 330_000, idleSeconds: 4, own: 0.08 },
] as const;

/** How far contention moves all of them, as a share. */
const CONTENTION = 0.12;

export const ORDER_CHAIN: readonly EstateMetric[] = PLACES.map(
  ({ instance, noun, idleSeconds }) => ({
    name: `${instance.replace('-', '_')}_seconds`,
    noun,
    unit: 'seconds',
    description: `${noun} of an order`,
    range: [0, Number.MAX_SAFE_INTEGER],
    fault: { times: 3, add: 0 },
    minDeviation: idleSeconds / 10,
    labelSets: [{ instance }],
  }),
);

/** The undisturbed signal of one place; undefined for what is no place of orders. `load` is how busy people are. */
export function orderSignal(
  name: string,
  { seed, load }: { readonly seed: number; readonly load: Signal },
): Signal | undefined {
  const place = PLACES[ORDER_CHAIN.findIndex((metric) => metric.name === name)];
  if (place === undefined) return undefined;
  const contention = livelyNoise(seedOf(seed, 'contention of orders'));
  const own = livelyNoise(seedOf(seed, place.instance));
  return (timeMs) => {
    const moved = CONTENTION * contention(timeMs - place.delayMs) + place.own * own(timeMs);
    return place.idleSeconds * (1 + 0.4 * load(timeMs)) * Math.exp(moved);
  };
}
