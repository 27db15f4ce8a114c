import type { Drift } from '../../../src/contract/forecast.ts';
import type { Wire } from '../api/wire.ts';
import { quantity } from '../format/quantity.ts';
import { moment } from '../format/time.ts';

interface DriftNoteProps {
  readonly drift: Wire<typeof Drift>;
  readonly unit: string;
}

/** Where the level of a series is going, and when it reaches a limit. */
export function DriftNote({ drift, unit }: DriftNoteProps) {
  const { per_day: perDay, per_day_error: error, reaches, since } = drift;
  return (
    <p class="notice">
      <strong>
        Drifting {perDay > 0 ? 'up' : 'down'} by {quantity(Math.abs(perDay), unit)} a day
      </strong>{' '}
      (± {quantity(error, unit)}) since {moment(since)}.{' '}
      {reaches !== null &&
        `It reaches ${quantity(reaches.limit, unit)} about ${moment(reaches.at)}, ${moment(reaches.earliest)} at the earliest.`}
    </p>
  );
}
