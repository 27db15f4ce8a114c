import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { SeriesList } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { AnomalyRow } from '../parts/anomaly-row.tsx';
import { HealthFacts } from '../parts/health-facts.tsx';
import { HeatSection } from '../parts/heat-section.tsx';
import { LearningSection } from '../parts/learning-section.tsx';
import { Answered } from '../parts/notice.tsx';
import { SEVERITIES } from '../parts/severities.ts';

/** Is everything normal now? */
export function OverviewPage() {
  const open = useAnswer<Wire<typeof AnomalyList>>('/anomalies?status=open&limit=100');
  const series = useAnswer<Wire<typeof SeriesList>>('/series?limit=1');
  return (
    <>
      <Answered of={open}>
        {(list) =>
          (list.total > 0 || series.answer !== undefined) && (
            <Verdict open={list} judges={(series.answer?.by_state.ready ?? 0) > 0} />
          )
        }
      </Answered>
      <HeatSection />
      <LearningSection />
      <HealthFacts />
    </>
  );
}

interface VerdictProps {
  readonly open: Wire<typeof AnomalyList>;
  /** Whether any series is ready: without one, nothing open says nothing. */
  readonly judges: boolean;
}

function Verdict({ open: { anomalies, total }, judges }: VerdictProps) {
  if (total === 0) return <Calm judges={judges} />;
  const bySeverity = SEVERITIES.map((severity) =>
    anomalies.filter((anomaly) => anomaly.severity === severity),
  ).filter((ones) => ones.length > 0);
  const ordered = bySeverity.flat();
  return (
    <section aria-labelledby="verdict" aria-live="polite">
      <h1 id="verdict" class={`verdict ${ordered[0]?.severity ?? ''}`}>
        {total} open {total === 1 ? 'anomaly' : 'anomalies'}
        {total > 1 &&
          bySeverity.map(([one, ...more]) => (
            <span key={one?.severity} class={`mark ${one?.severity ?? ''}`}>
              {more.length + 1} {one?.severity}
            </span>
          ))}
      </h1>
      <ul class="cards">
        {ordered.map((anomaly) => (
          <AnomalyRow key={anomaly.id} anomaly={anomaly} />
        ))}
      </ul>
      {total > anomalies.length && (
        <p>
          <a href="/anomalies?status=open">All {total} open ones</a>
        </p>
      )}
    </section>
  );
}

function Calm({ judges }: Pick<VerdictProps, 'judges'>) {
  return (
    <section aria-labelledby="verdict" aria-live="polite">
      <h1 id="verdict" class={judges ? 'verdict calm' : 'verdict'}>
        {judges ? 'Everything is normal' : 'Nothing is judged yet'}
      </h1>
      {judges ? (
        <p class="soft">
          No anomaly is open. What was unusual before is under <a href="/anomalies">anomalies</a>.
        </p>
      ) : (
        <p class="soft">No series has learned enough: below stands when each will be ready.</p>
      )}
    </section>
  );
}
