import type { Finding, Status } from '../../../src/contract/status.ts';
import { useAnswer } from '../api/use-answer.ts';
import { moment } from '../format/time.ts';
import { Answered } from '../parts/notice.tsx';
import { OwnMetrics } from '../parts/own-metrics.tsx';

/** The worst first. */
const STATES: readonly Finding['state'][] = ['fail', 'warn', 'ok', 'info'];
const NAMES = { fail: 'fails', warn: 'warning', ok: 'well', info: 'note' } as const;

/** How SAIMon itself is: the doctor's findings, its configuration, its own metrics. */
export function StatusPage() {
  const status = useAnswer<Status>('/status');
  return (
    <>
      <h1>Status</h1>
      <Answered of={status}>
        {({ version, started_at: since, findings, configuration, metrics }) => (
          <>
            <p class="soft">
              SAIMon {version}, running since {moment(since)}
            </p>
            <section aria-labelledby="findings">
              <h2 id="findings">What the doctor finds</h2>
              <ul class="rows card">
                {STATES.flatMap((state) => findings.filter((one) => one.state === state)).map(
                  ({ name, state, detail }) => (
                    <li key={`${name} ${detail}`} class={`finding ${state}`}>
                      <span class="mark">{NAMES[state]}</span>
                      <strong>{name}</strong>
                      <span>{detail}</span>
                    </li>
                  ),
                )}
              </ul>
            </section>
            <section aria-labelledby="configuration">
              <h2 id="configuration">Configuration in force</h2>
              <details>
                <summary>Show it, secrets as stars</summary>
                <pre class="card" tabIndex={0}>
                  <code>{configuration}</code>
                </pre>
              </details>
            </section>
            <OwnMetrics metrics={metrics} />
          </>
        )}
      </Answered>
    </>
  );
}
