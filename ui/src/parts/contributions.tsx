import type { Explanation } from '../../../src/contract/explanation.ts';
import { percentage, quantity } from '../format/quantity.ts';
import { moment, span } from '../format/time.ts';

/** Shares below it round to nothing. */
const LEAST_SHARE = 0.005;

/** What the verdict is made of: parts as bars, detectors that agreed, what was learned before. */
export function Contributions({ explanation }: { readonly explanation: Explanation }) {
  const { unit, training, data_quality: quality } = explanation;
  const contributions = explanation.contributions.filter(({ share }) => share >= LEAST_SHARE);
  const weeks = explanation.past_weeks.filter(({ value }) => value !== null);
  const agreed = Object.entries(explanation.detectors);
  return (
    <section aria-labelledby="why">
      <h2 id="why">Why it counts as unusual</h2>
      {contributions.length > 0 && (
        <ul class="bars card">
          {contributions.map(({ name, meaning, share, series_id: series }) => (
            <li key={`${name} ${series ?? ''}`}>
              <span>{meaning}</span>
              <span class="bar-track">
                <span style={{ width: `${share * 100}%` }} />
              </span>
              <span class="soft number">{percentage(share)}</span>
            </li>
          ))}
        </ul>
      )}
      <ul class="grounds">
        {agreed.length > 0 && (
          <li class="chips">
            Would have raised it alone:
            {agreed.map(([name, ratio]) => (
              <span key={name} class="chip">
                {name.replaceAll('_', ' ')} <span class="soft">{ratio.toFixed(2)}</span>
              </span>
            ))}
          </li>
        )}
        {weeks.length > 0 && (
          <li>
            Usual at this time of the week:{' '}
            {weeks
              .map(({ weeks_ago: ago, value }) => `${quantity(value, unit)} ${weekName(ago)}`)
              .join(', ')}
          </li>
        )}
        {training !== null && (
          <li>
            Learned from {training.samples.toLocaleString('en')} samples since{' '}
            {moment(training.since)}
          </li>
        )}
        {quality !== null && (
          <li>
            Of the day before, {percentage(quality.coverage)} of the samples came
            {quality.gaps > 0 && `, the longest gap was ${span(quality.longest_gap_seconds)}`}
          </li>
        )}
        {explanation.missing.length > 0 && (
          <li class="soft">
            Not kept with it: {explanation.missing.join(', ').replaceAll('_', ' ')}
          </li>
        )}
      </ul>
    </section>
  );
}

function weekName(ago: number): string {
  return ago === 1 ? 'a week before' : `${ago} weeks before`;
}
