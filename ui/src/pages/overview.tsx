import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { AnomalyRow } from '../parts/anomaly-row.tsx';
import { HealthFacts } from '../parts/health-facts.tsx';
import { HeatSection } from '../parts/heat-section.tsx';
import { LearningSection } from '../parts/learning-section.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { SEVERITIES } from '../parts/severities.ts';

/** Is everything normal now? */
export function OverviewPage() {
  const open = useAnswer<Wire<typeof AnomalyList>>('/anomalies?status=open&limit=100');
  return (
    <>
      <Answered of={open}>{(list) => <Verdict open={list} />}</Answered>
      <HealthFacts />
      <HeatSection />
      <LearningSection />
    </>
  );
}

function Verdict({ open: { anomalies, total } }: { readonly open: Wire<typeof AnomalyList> }) {
  const ordered = SEVERITIES.flatMap((severity) =>
    anomalies.filter((anomaly) => anomaly.severity === severity),
  );
  return (
    <section aria-labelledby="verdict" aria-live="polite">
      <h1
        id="verdict"
        class={total === 0 ? 'verdict calm' : `verdict ${ordered[0]?.severity ?? ''}`}
      >
        {total === 0
          ? 'Everything is normal'
          : `${total} open ${total === 1 ? 'anomaly' : 'anomalies'}`}
      </h1>
      {total === 0 ? (
        <Empty title="Nothing is unusual now">
          What was is under <a href="/anomalies">anomalies</a>.
        </Empty>
      ) : (
        <ul class="cards">
          {ordered.map((anomaly) => (
            <AnomalyRow key={anomaly.id} anomaly={anomaly} />
          ))}
        </ul>
      )}
      {total > anomalies.length && (
        <p>
          <a href="/anomalies?status=open">All {total} open ones</a>
        </p>
      )}
    </section>
  );
}
