import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { isWeekend } from '../context/calendar.ts';
import { gaussian, type Rng } from '../random.ts';
import { hourOf, type Signal, START_MS } from './scenario.ts';

/**
 * Series as services and machines send them while nothing is wrong, by kind: jobs, queues, garbage collection, working hours.
 * For benchmarks: nothing of it is in the product.
 */
export const ORDINARY_SERIES: Readonly<Record<string, (rng: Rng, stepMs: number) => Signal>> = {
  'requests, day and week': (rng, stepMs) => (day) => {
    const busy = (isFree(day) ? 0.5 : 1) * (60 + 50 * sine(day - 0.25));
    return counted(rng, (busy * stepMs) / 1000) / (stepMs / 1000);
  },
  'few events': (rng, stepMs) => (day) => rare(rng, ((0.02 + 0.018 * sine(day)) * stepMs) / 1000),
  'latency of the slowest': (rng) => {
    let wander = 0;
    return (day) => {
      wander = 0.7 * (wander + gaussian(rng));
      return 0.2 * Math.exp(0.35 * wander) * (1 + 0.3 * sine(day));
    };
  },
  'hourly job': (rng) => (day) => {
    const minute = (60 * hourOf(day)) % 60;
    const runs = minute >= 5 && minute < 8;
    return 10 + gaussian(rng) + (runs ? 40 + 5 * gaussian(rng) : 0);
  },
  'hourly job, about': (rng) => {
    let next = 0;
    let end = -1;
    return (day) => {
      const minute = 1440 * day;
      if (minute >= next) {
        end = minute + 3 + 4 * rng();
        next = 60 * (Math.floor(minute / 60) + 1) + 20 * rng();
      }
      return 10 + gaussian(rng) + (minute < end ? 30 + 10 * gaussian(rng) : 0);
    };
  },
  'nightly backup': (rng) => {
    let today = -1;
    let from = 0;
    let to = 0;
    return (day) => {
      if (Math.floor(day) !== today) {
        today = Math.floor(day);
        from = today + 2 / 24 + (5 * rng()) / 1440;
        to = from + (40 + 15 * rng()) / 1440;
      }
      return 5 + gaussian(rng) + (day >= from && day < to ? 80 + 4 * gaussian(rng) : 0);
    };
  },
  'working hours': (rng) => (day) => {
    const hour = hourOf(day);
    const works = !isFree(day) && hour > 8 && hour < 18;
    return works ? 60 + 6 * gaussian(rng) : 5 + gaussian(rng);
  },
  'garbage collection': (rng, stepMs) => {
    let heap = 30;
    let full = 80;
    return () => {
      heap += (stepMs / 60_000) * (1.2 + 0.3 * gaussian(rng));
      if (heap > full) {
        heap = 25 + 5 * rng();
        full = 75 + 10 * rng();
      }
      return heap;
    };
  },
  'disk, cleaned at midnight': (rng, stepMs) => {
    let used = 40;
    return (day) => {
      used += 30 * (stepMs / DAY_MS) * (1 + 0.2 * gaussian(rng));
      if (day % 1 < 1.01 * (stepMs / DAY_MS) && used > 60) used -= 30 + gaussian(rng);
      return used;
    };
  },
  replicas: (rng, stepMs) => {
    let running = 4;
    return (day) => {
      const wanted = 4 + 3 * sine(day - 0.3);
      const moves = Math.abs(wanted - running) > 0.8 && rng() < 0.05 * (stepMs / 60_000);
      if (moves) running = Math.round(wanted);
      return running;
    };
  },
  'queue, mostly empty': (rng) => {
    let waiting = 0;
    return () => {
      waiting = Math.max(0, waiting + (rng() < 0.02 ? Math.round(5 * rng()) : -1));
      return waiting;
    };
  },
  'percent, at its limit': (rng) => (day) => Math.min(100, 95 + 8 * gaussian(rng) + 10 * sine(day)),
  temperature: (rng, stepMs) => {
    const slow = wandering(rng, stepMs / (20 * HOUR_MS));
    let fast = 0;
    return (day) => {
      fast = 0.9 * fast + 0.1 * gaussian(rng);
      return 40 + 5 * slow() + 3 * sine(day) + fast;
    };
  },
  'level, wandering': (rng, stepMs) => {
    const slow = wandering(rng, stepMs / (6 * HOUR_MS));
    return () => 500 + 50 * slow() + gaussian(rng);
  },
  'noise with memory': (rng) => {
    let value = 0;
    return () => {
      value = 0.99 * value + gaussian(rng);
      return 100 + value;
    };
  },
  'growing, with a day': (rng) => (day) => 1000 + 12 * day + 40 * sine(day) + 8 * gaussian(rng),
};

function sine(day: number): number {
  return Math.sin(2 * Math.PI * day);
}

function isFree(day: number): boolean {
  return isWeekend(START_MS + day * DAY_MS);
}

/** A count of many events that come by themselves. */
function counted(rng: Rng, expected: number): number {
  return Math.max(0, Math.round(expected + Math.sqrt(expected) * gaussian(rng)));
}

/** A count of few (Poisson, by inversion). */
function rare(rng: Rng, expected: number): number {
  const wanted = rng();
  let count = 0;
  let share = Math.exp(-expected);
  for (let sum = share; sum < wanted && count < 100; sum += share) {
    count++;
    share *= expected / count;
  }
  return count;
}

/** Around 0 with deviation 1, back after about `1 / rate` steps. */
function wandering(rng: Rng, rate: number): () => number {
  const kept = Math.exp(-rate);
  let level = 0;
  return () => {
    level = kept * level + Math.sqrt(1 - kept * kept) * gaussian(rng);
    return level;
  };
}
