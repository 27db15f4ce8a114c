import type { DetailedHealth } from '../../../src/contract/health.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Answered } from './notice.tsx';

/** Whether the sources and the store answer. */
export function HealthFacts() {
  const health = useAnswer<DetailedHealth>('/health/detailed');
  return (
    <section aria-labelledby="health">
      <h2 id="health">What it leans on</h2>
      <Answered of={health}>
        {({ checks, version }) => (
          <ul class="facts-grid">
            {configured(checks).map(([name, { status, detail }]) => (
              <li key={name} class={`card fact ${status}`}>
                <strong>{name}</strong>
                <span class="state">{status}</span>
                <span class="soft detail">{detail}</span>
              </li>
            ))}
            <li class="card fact">
              <strong>SAIMon</strong>
              <span class="soft detail">{version}</span>
            </li>
          </ul>
        )}
      </Answered>
    </section>
  );
}

function configured(checks: DetailedHealth['checks']) {
  return Object.entries(checks).filter(([, { status }]) => status !== 'not configured');
}
