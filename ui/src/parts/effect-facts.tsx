import type { Rule } from '../../../src/contract/rule.ts';

type Effect = Rule['effect'];

const SHOWN = 12;

/** What a rule would have done to the past: how many it quiets, and which true ones are lost. */
export function EffectFacts({ effect }: { readonly effect: Effect }) {
  const { compared, quieted, alerts_fewer: fewer, false_alarms: known } = effect;
  const lost = [...new Set([...effect.confirmed_lost, ...effect.incidents_lost])];
  return (
    <div class="effect">
      <p class="facts">
        <span>
          quiets <strong>{quieted.length}</strong> of {compared} before
        </span>
        <span>
          <strong>{fewer.length}</strong> {fewer.length === 1 ? 'alert' : 'alerts'} fewer
        </span>
        <span>
          <strong>{known.length}</strong> called false
        </span>
        <span class={lost.length > 0 ? 'lost' : ''}>
          <strong>{lost.length}</strong> true lost
        </span>
      </p>
      {lost.length > 0 && <Links title="True ones it would have lost" ids={lost} />}
      {quieted.length > 0 && (
        <details>
          <summary>Which it would have quieted</summary>
          <Links title="" ids={quieted} />
        </details>
      )}
    </div>
  );
}

function Links({ title, ids }: { readonly title: string; readonly ids: readonly number[] }) {
  return (
    <p class="chips">
      {title}
      {ids.slice(0, SHOWN).map((id) => (
        <a key={id} class="chip" href={`/anomalies/${id}`}>
          anomaly {id}
        </a>
      ))}
      {ids.length > SHOWN && <span class="soft">and {ids.length - SHOWN} more</span>}
    </p>
  );
}
