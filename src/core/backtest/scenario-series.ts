import { gaussian, type Rng } from '../random.ts';
import { DEPLOY_SCENARIOS } from './deploy-scenarios.ts';
import {
  during,
  flagged,
  hourOf,
  minutes,
  quiet,
  type Scenario,
  type Signal,
  told,
  wave,
} from './scenario.ts';

function cpu(rng: Rng): Signal {
  return (day) => 60 + 10 * wave(day) + 2 * gaussian(rng);
}

/** Accounts, say: a daily rhythm, and each day twelve more. */
function growing(day: number): number {
  return 1000 + 12 * day + 40 * wave(day);
}

/** Response time in ms: 50, every lunch hour 200. */
function lunches(rng: Rng): Signal {
  return (day) => {
    const hour = hourOf(day);
    const eating = Math.min(1, Math.max(0, Math.min(hour - 12, 13.25 - hour) * 8));
    return 50 + 150 * eating + (4 + 6 * eating) * gaussian(rng);
  };
}

/** CPU in percent: 85 in working hours, 25 at night. */
function shift(rng: Rng): Signal {
  return (day) => {
    const hour = hourOf(day);
    const working = Math.min(1, Math.max(0, Math.min(hour - 7, 19 - hour)));
    return 25 + 60 * working + 2.5 * gaussian(rng);
  };
}

function isBusy(day: number): boolean {
  return hourOf(day) > 7 && hourOf(day) < 22;
}

/** The same signal with a time in which it repeats its last value. */
function stuck(signal: Signal, { from, hours }: { from: number; hours: number }): Signal {
  let value = Number.NaN;
  return (day) => {
    const next = signal(day);
    if (!during(day, from, hours)) value = next;
    return value;
  };
}

const FLAT = { from: 8.6, hours: 6 };
const FLATS = [8.6, 9.4, 10.6];
const OUTAGES = [15.6, 16.6, 17.6];
const DAILY_OUTAGES = [15.6, 16.6, 17.6, 18.6, 19.6, 20.6, 21.6];
const LONG_OUTAGES = Array.from({ length: 14 }, (_, i) => 15.6 + i);
/** Hours. */
const SHORT_OUTAGE = 34 / 60;
const AT_NIGHT = 16 + 3 / 24;

export const SCENARIOS = {
  'a creep of 60 to 75 % over a week is flagged as a drift by the fourth day': {
    stepMs: 300_000,
    learnDays: 14,
    days: 22,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) => usual(day) + (15 / 7) * Math.min(7, Math.max(0, day - 15));
    },
    fault: (episodes) => {
      const drifts = episodes.filter(({ kind }) => kind === 'drift');
      const [first] = drifts;
      if (!first || first.opened < 15 || first.opened > 19) return `raised ${told(episodes)}`;
      return drifts.length === 1 ? undefined : `said it ${drifts.length} times`;
    },
  },
  'a leak with restarts every two days, as this service always had, is quiet': {
    stepMs: 300_000,
    learnDays: 14,
    days: 28,
    signal: (rng) => (day) => 20 + 30 * (day % 2) + gaussian(rng),
    fault: quiet,
  },
  'a daily pattern that grows from day to day is quiet, and expected where it is': {
    stepMs: 60_000,
    learnDays: 7,
    days: 12,
    signal: (rng) => (day) => growing(day) + 8 * gaussian(rng),
    fault: (episodes, expectedAt) => {
      if (episodes.length > 0) return `raised ${told(episodes)}`;
      for (let day = 7; day < 11.9; day += minutes(10)) {
        const stray = Math.abs(expectedAt(day) - growing(day));
        if (stray > 16) return `is ${stray.toFixed(1)} off on day ${day.toFixed(3)}`;
      }
      return undefined;
    },
  },
  'a lunch peak is quiet': {
    stepMs: 60_000,
    learnDays: 10,
    days: 14,
    signal: lunches,
    fault: quiet,
  },
  'the lunch peak at 3 AM is flagged within 7 minutes': {
    stepMs: 60_000,
    learnDays: 14,
    days: 16.3,
    signal: (rng) => {
      const usual = lunches(rng);
      return (day) => (during(day, AT_NIGHT, 1) ? 200 + 10 * gaussian(rng) : usual(day));
    },
    fault: (episodes) => flagged(episodes, { starts: [AT_NIGHT], withinDays: minutes(7) }),
  },
  'CPU of 60 % at night is flagged while 85 % by day is not': {
    stepMs: 60_000,
    learnDays: 14,
    days: 16.3,
    signal: (rng) => {
      const usual = shift(rng);
      return (day) => (during(day, AT_NIGHT, 1) ? 60 + 2.5 * gaussian(rng) : usual(day));
    },
    fault: (episodes) => flagged(episodes, { starts: [AT_NIGHT], withinDays: minutes(7) }),
  },
  'a new level is said once, closes as such and is quiet within three days': {
    stepMs: 300_000,
    learnDays: 14,
    days: 24,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) => usual(day) + (day < 15.4 ? 0 : 30);
    },
    fault: (episodes) => {
      const missed = flagged(episodes, { starts: [15.4], withinDays: minutes(15) });
      if (missed !== undefined) return missed;
      const [first] = episodes;
      if (episodes.length !== 1) return `said it ${episodes.length} times: ${told(episodes)}`;
      if (first?.ending !== 'new_level') return `closed as ${first?.ending}: ${told(episodes)}`;
      return first.ended <= 18.4 ? undefined : `was quiet late: ${told(episodes)}`;
    },
  },
  'three outages on three days are all flagged within 5 minutes': {
    stepMs: 60_000,
    learnDays: 14,
    days: 18,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) =>
        OUTAGES.some((from) => during(day, from, 2)) ? 5 + gaussian(rng) : usual(day);
    },
    fault: (episodes) => flagged(episodes, { starts: OUTAGES, withinDays: minutes(5) }),
  },
  'an outage at one hour of seven days is flagged every day, and is not missed on the eighth': {
    stepMs: 60_000,
    learnDays: 14,
    days: 23.9,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) =>
        DAILY_OUTAGES.some((from) => during(day, from, 1 / 3)) ? 5 + gaussian(rng) : usual(day);
    },
    fault: (episodes) => {
      const missed = flagged(episodes, { starts: DAILY_OUTAGES, withinDays: minutes(5) });
      return missed ?? quiet(episodes.filter(({ opened }) => opened > 22));
    },
  },
  'two hours of outage a day are flagged on each of fourteen days': {
    stepMs: 300_000,
    learnDays: 14,
    days: 30,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) =>
        LONG_OUTAGES.some((from) => during(day, from, 2)) ? 5 + gaussian(rng) : usual(day);
    },
    fault: (episodes) => flagged(episodes, { starts: LONG_OUTAGES, withinDays: minutes(15) }),
  },
  'an outage of 34 minutes is one, and ends within a minute of its end': {
    stepMs: 60_000,
    learnDays: 14,
    days: 15.9,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) => (during(day, 15.6, SHORT_OUTAGE) ? 5 + gaussian(rng) : usual(day));
    },
    fault: (episodes) => {
      const [first] = episodes;
      const end = 15.6 + SHORT_OUTAGE / 24;
      const isRight = episodes.length === 1 && Math.abs((first?.ended ?? 0) - end) < minutes(1.5);
      return isRight ? undefined : `raised ${told(episodes)}`;
    },
  },
  'what is expected keeps its course through six hours of outage, and after them': {
    stepMs: 60_000,
    learnDays: 14,
    days: 16,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) => (during(day, 15.4, 6) ? 5 + gaussian(rng) : usual(day));
    },
    fault: (episodes, expectedAt) => {
      if (episodes.length !== 1) return `raised ${told(episodes)}`;
      for (let day = 15.4; day < 15.95; day += minutes(1)) {
        const stray = Math.abs(expectedAt(day) - 60 - 10 * wave(day));
        if (stray > 3) return `is ${stray.toFixed(1)} off on day ${day.toFixed(3)}`;
      }
      return undefined;
    },
  },
  'a line gone flat is flagged within 90 minutes, and once': {
    stepMs: 300_000,
    learnDays: 7,
    days: 10,
    signal: (rng) => stuck(cpu(rng), FLAT),
    fault: (episodes) => {
      const lines = episodes.filter(({ kind }) => kind === 'flat_line');
      const missed = flagged(lines, { starts: [FLAT.from], withinDays: minutes(90) });
      if (missed !== undefined) return missed;
      return lines.length === 1 ? undefined : `said it ${lines.length} times`;
    },
  },
  'three flat lines on three days are all flagged within 90 minutes': {
    stepMs: 60_000,
    learnDays: 7,
    days: 11,
    signal: (rng) => {
      const usual = cpu(rng);
      const tenths = (day: number): number => Math.round(10 * usual(day)) / 10;
      return FLATS.reduce((signal, from) => stuck(signal, { from, hours: 4 }), tenths);
    },
    fault: (episodes) =>
      flagged(
        episodes.filter(({ kind }) => kind === 'flat_line'),
        { starts: FLATS, withinDays: minutes(90) },
      ),
  },
  'a standstill of integers, of a counter and of a rate at rest is no flat line': {
    stepMs: 300_000,
    learnDays: 7,
    days: 14,
    // One after the other, by weeks' halves: each has rested before and rests again.
    signal: (rng) => {
      let counted = 0;
      const kinds: Signal[] = [
        (day) => Math.round(5 + wave(day) + gaussian(rng)),
        (day) => {
          if (isBusy(day)) counted += 100 * rng();
          return counted;
        },
        (day) => (isBusy(day) ? 100 + 10 * gaussian(rng) : 0),
      ];
      const usual = kinds[Math.floor(3 * rng())] ?? cpu(rng);
      return stuck(usual, { from: 11 + 23 / 24, hours: 5 });
    },
    fault: (episodes) => quiet(episodes.filter(({ kind }) => kind === 'flat_line')),
  },
  ...DEPLOY_SCENARIOS,
  'a series that stops for three hours is absent, and back': {
    stepMs: 60_000,
    learnDays: 5,
    days: 7,
    signal: (rng) => {
      const usual = cpu(rng);
      return (day) => (during(day, 5.6, 3) ? Number.NaN : usual(day));
    },
    fault: (episodes) => {
      const [first] = episodes;
      const missed = flagged(episodes, { starts: [5.6], withinDays: minutes(6) });
      if (missed !== undefined || episodes.length > 1) return `raised ${told(episodes)}`;
      const back = Math.abs((first?.ended ?? 0) - 5.6 - 3 / 24) < minutes(1);
      return first?.kind === 'absence' && back ? undefined : `raised ${told(episodes)}`;
    },
  },
  'gaps are quiet': {
    stepMs: 60_000,
    learnDays: 10,
    days: 17,
    signal: (rng) => {
      const usual = cpu(rng);
      let gap = 0;
      return (day) => {
        const value = usual(day);
        if (gap > 0) gap--;
        else if (rng() < 0.002) gap = Math.floor(200 * rng() ** 3);
        return gap > 0 || rng() < 0.01 ? Number.NaN : value;
      };
    },
    fault: quiet,
  },
} as const satisfies Record<string, Scenario>;
