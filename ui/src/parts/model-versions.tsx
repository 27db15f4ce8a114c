import type { Model } from '../../../src/contract/model.ts';
import { comparisonOf } from '../format/comparison.ts';
import { moment } from '../format/time.ts';

/** Versions in force, those of one series together. */
export function ModelVersions({ models }: { readonly models: readonly Model[] }) {
  const bySeries = new Map<string, Model[]>();
  for (const model of models) {
    const name = seriesOf(model);
    bySeries.set(name, [...(bySeries.get(name) ?? []), model]);
  }
  return (
    <ul class="rows card">
      {[...bySeries].map(([name, versions]) => (
        <li key={name} class="versions">
          <span class="name">{name}</span>
          <span class="soft">{storyOf(versions)}</span>
          <span class="few">
            {versions.map((model) => (
              <a key={model.id} href={`/models/${model.id}`}>
                {model.model_type.replaceAll('_', ' ')} {model.version}
              </a>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** `cpu{instance="a"}` of `cpu{instance="a"} zscore`. */
function seriesOf({ name, model_type: kind }: Model): string {
  return name.endsWith(` ${kind}`) ? name.slice(0, -kind.length - 1) : name;
}

function storyOf(versions: readonly Model[]): string {
  const trained = [...new Set(versions.map((model) => moment(model.trained_at)))].join(', ');
  const compared = versions.map(comparisonOf).find((one) => one !== undefined);
  const isChosen = versions.some((model) => model.activated_by === 'person');
  const parts = [
    `trained ${trained}`,
    compared?.challenger !== undefined &&
      compared.champion !== undefined &&
      `${compared.challenger} false alarms on the day before, ${compared.champion} by those before`,
    isChosen && 'chosen by a person',
  ];
  return parts.filter((part) => part !== false).join(' · ');
}
