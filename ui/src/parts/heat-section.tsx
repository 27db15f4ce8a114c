import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { EntityList } from '../../../src/contract/entity.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { useMinute } from '../use-minute.ts';
import { heatRows } from './heat-rows.ts';
import { HeatStrip } from './heat-strip.tsx';
import { Answered } from './notice.tsx';

const DAY_MS = 86_400_000;
const SLICES = 48;

/** The past day of each entity. */
export function HeatSection() {
  const endMs = useMinute();
  const startMs = endMs - DAY_MS;
  // Without a start: one that goes on may have begun long before.
  const anomalies = useAnswer<Wire<typeof AnomalyList>>('/anomalies?limit=1000');
  const entities = useAnswer<Wire<typeof EntityList>>('/entities?limit=1000');
  const span = { startMs, endMs, slices: SLICES };
  return (
    <section aria-labelledby="heat">
      <h2 id="heat">The past 24 hours</h2>
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
