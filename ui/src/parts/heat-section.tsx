import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { EntityList } from '../../../src/contract/entity.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { withParameters } from '../navigation.ts';
import { useMinute } from '../use-minute.ts';
import { heatRows } from './heat-rows.ts';
import { HeatStrip } from './heat-strip.tsx';
import { Answered } from './notice.tsx';

const HOUR_MS = 3_600_000;
/** What may be looked back on, with slices of half an hour and of three hours. */
const PASTS = {
  '24h': { name: '24 hours', spanMs: 24 * HOUR_MS, slices: 48 },
  '7d': { name: '7 days', spanMs: 168 * HOUR_MS, slices: 56 },
} as const;

/** The past day or week of each entity. */
export function HeatSection({ address }: { readonly address: URL }) {
  const endMs = useMinute();
  const chosen = address.searchParams.get('past') === '7d' ? '7d' : '24h';
  const { spanMs, slices } = PASTS[chosen];
  // Without a start: one that goes on may have begun long before.
  const anomalies = useAnswer<Wire<typeof AnomalyList>>('/anomalies?limit=1000');
  const entities = useAnswer<Wire<typeof EntityList>>('/entities?limit=1000');
  const span = { startMs: endMs - spanMs, endMs, slices };
  return (
    <section aria-labelledby="heat">
      <div class="titled">
        <h2 id="heat">What was unusual</h2>
        <nav class="spans" aria-label="Past">
          {Object.entries(PASTS).map(([past, { name }]) => (
            <a
              key={past}
              href={withParameters(address, { past: past === '24h' ? '' : past })}
              aria-current={past === chosen ? 'true' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
      </div>
      <Answered of={anomalies}>
        {(list) => {
          const known = { entities: entities.answer?.entities ?? [], anomalies: list.anomalies };
          const rows = heatRows(known, span);
          return rows.length === 0 ? (
            <p class="soft">Nothing was unusual.</p>
          ) : (
            <HeatStrip rows={rows} span={span} />
          );
        }}
      </Answered>
    </section>
  );
}
