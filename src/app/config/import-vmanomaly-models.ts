import { isRecord } from '../is-record.ts';
import { aliasOf } from './import-metrics.ts';
import { becomes, type ImportDraft, leaves, type Mapping, says } from './imported.ts';
import { NO_COUNTERPART } from './vmanomaly-keys.ts';

const ALWAYS = 'z-score, seasonal baseline, volatility and isolation forest judge every series';

const KEYS: Readonly<Record<string, Mapping>> = {
  class: (value) =>
    /zscore|isolation_forest|IsolationForest/i.test(String(value)) ? {} : `not imported, ${ALWAYS}`,
  queries: () => ({}),
  schedulers: () => ({}),
  z_threshold: becomes('zscore.threshold'),
  'args.n_estimators': becomes('isolation_forest.trees'),
  'args.max_samples': becomes('isolation_forest.sample_size'),
  contamination: says('no share of the samples is declared abnormal, the boundary is learned'),
  provide_series: says('score, value, expected value and band are always provided'),
  clip_predictions: (value) => (value === false ? 'data_range always clips the band' : {}),
  anomaly_score_outside_data_range: says(
    'data_range only clips the band, a value outside is judged by how unusual it is',
  ),
  groupby: says('series of one machine, pod or service are judged together by their labels'),
};

/** Policies that belong to a model there and to a query here, with what holds where nothing is said. */
const POLICIES: Readonly<Record<string, string | number>> = {
  detection_direction: 'both',
  min_dev_from_expected: 0,
  min_rel_dev_from_expected: 0,
};

interface Models {
  readonly models: unknown;
  readonly model: unknown;
  /** Of the queries. */
  readonly aliases: readonly string[];
}

interface Model {
  readonly path: readonly string[];
  readonly keys: Readonly<Record<string, unknown>>;
}

/** What models say of their queries moves there; which models there are is not asked. */
export function importModels(draft: ImportDraft, { models, model, aliases }: Models): void {
  const named: Model[] = (isRecord(models) ? Object.entries(models) : []).flatMap(([alias, one]) =>
    isRecord(one) ? [{ path: ['models', alias], keys: one }] : [],
  );
  if (models === undefined && isRecord(model)) named.push({ path: ['model'], keys: model });
  for (const { path, keys } of named) {
    for (const key of leaves(keys)) {
      if ((key[0] ?? '') in POLICIES) continue;
      draft.take([...path, ...key], KEYS[key.join('.')] ?? NO_COUNTERPART, ['models']);
    }
  }
  for (const alias of aliases) {
    const concerned = named.filter(({ keys }) => concerns(keys['queries'], alias));
    for (const policy of Object.keys(POLICIES)) importPolicy(draft, concerned, { alias, policy });
  }
}

function importPolicy(
  draft: ImportDraft,
  models: readonly Model[],
  { alias, policy }: { readonly alias: string; readonly policy: string },
): void {
  const said = models.map(({ keys }) => keys[policy] ?? POLICIES[policy]);
  // Two numbers are one for values below and one for values above.
  const values = [...new Set(said.flatMap((value: unknown) => value))];
  const [first] = values;
  if (first === undefined) return;
  const numbers = values.map(Number);
  const least = policy === 'detection_direction' ? 'both' : Math.min(...numbers);
  const taken = values.length === 1 ? first : least;
  if (taken !== POLICIES[policy]) draft.put(['reader', 'queries', aliasOf(alias), policy], taken);
  if (values.length === 1) return;
  const { path = [] } = models.find(({ keys }) => keys[policy] !== undefined) ?? {};
  const all = values.map((value) => JSON.stringify(value)).join(' and ');
  draft.warn([...path, policy], `${all} for ${alias}, of which "${least}" is taken`);
}

/** A model without queries concerns all. */
function concerns(queries: unknown, alias: string): boolean {
  if (queries === undefined) return true;
  return Array.isArray(queries) ? queries.includes(alias) : queries === alias;
}
