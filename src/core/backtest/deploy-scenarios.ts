import { DAY_MS } from '../civil-time.ts';
import type { DeclaredEvent } from '../context/declared-event.ts';
import { gaussian, type Rng } from '../random.ts';
import {
  during,
  flagged,
  minutes,
  quiet,
  type Scenario,
  type Sighting,
  type Signal,
  START_MS,
  told,
  wave,
} from './scenario.ts';

/** A deployment every two days, at another time of day each. */
const DEPLOYS = Array.from({ length: 12 }, (_, i) => 2 * i + 0.1 + (1.8 * ((7 * i) % 12)) / 12);
const LATER_DEPLOYS = DEPLOYS.filter((day) => day >= 14);

function declared(days: readonly number[]): DeclaredEvent[] {
  return days.map((day) => {
    const startMs = START_MS + day * DAY_MS;
    return { startMs, endMs: startMs, kind: 'deploy', title: '' };
  });
}

/** CPU that every deployment drives up for a quarter of an hour, within two minutes of it. */
function deployed(rng: Rng): Signal {
  const bursts = DEPLOYS.map((day) => ({
    from: day + minutes(2 * rng()),
    height: 25 + 2 * gaussian(rng),
  }));
  return (day) => {
    const burst = bursts.find(({ from }) => during(day, from, 0.25));
    return 30 + 8 * wave(day) + 1.5 * gaussian(rng) + (burst?.height ?? 0);
  };
}

/** Each of the later deployments must be met, and nothing else. */
function laterDeploysFlagged(episodes: readonly Sighting[]): string | undefined {
  const missed = flagged(episodes, { starts: LATER_DEPLOYS, withinDays: minutes(7) });
  if (missed !== undefined) return missed;
  return episodes.length === LATER_DEPLOYS.length ? undefined : `raised ${told(episodes)}`;
}

export const DEPLOY_SCENARIOS = {
  'deploys that are declared are quiet': {
    stepMs: 60_000,
    learnDays: 14,
    days: 24,
    signal: deployed,
    events: () => declared(DEPLOYS),
    fault: quiet,
  },
  'the same deploys are flagged where none is declared': {
    stepMs: 60_000,
    learnDays: 14,
    days: 24,
    signal: deployed,
    fault: laterDeploysFlagged,
  },
  'what usually follows a deploy is flagged without one': {
    stepMs: 60_000,
    learnDays: 14,
    days: 24,
    signal: deployed,
    events: () => declared(DEPLOYS.filter((day) => day < 14)),
    fault: laterDeploysFlagged,
  },
} as const satisfies Record<string, Scenario>;
