import { becomes, type Mapping, says } from './imported.ts';

/** What the keys of a vmanomaly configuration become, section by section. */

const NOTHING: Mapping = () => ({});

/** How to get in, of the reader and of the writer. */
const ACCESS: Readonly<Record<string, Mapping>> = {
  user: becomes('username'),
  bearer_token_file: becomes('bearer_token_file'),
  tls_cert_file: becomes('tls.cert_file'),
  tls_key_file: becomes('tls.key_file'),
  verify_tls: (value) => {
    if (typeof value === 'string') return { 'tls.ca_file': value };
    return value === false ? { 'tls.insecure_skip_verify': true } : {};
  },
};

export const READER: Readonly<Record<string, Mapping>> = {
  ...ACCESS,
  class: (value) =>
    /^(vm|reader\.vm\.VmReader)$/.test(String(value))
      ? {}
      : 'only sources that speak the Prometheus API are read',
  sampling_period: becomes('sampling_period'),
  timeout: becomes('timeout'),
  tz: becomes('tz'),
  query_from_last_seen_timestamp: says(
    'detection always goes on where it stood, also after an outage',
  ),
  max_points_per_query: says('long spans are always read in parts'),
  extra_filters: says('no counterpart, write the filters into each expr'),
};

export const QUERY: Readonly<Record<string, Mapping>> = {
  expr: becomes('expr'),
  step: becomes('step'),
  data_range: becomes('data_range', openEnds),
  max_points_per_query: says('long spans are always read in parts'),
  tenant_id: says('one tenant for all queries, run another SAIMon for another tenant'),
  tz: says('one calendar for all queries, set reader.tz'),
};

export const WRITER: Readonly<Record<string, Mapping>> = {
  ...ACCESS,
  class: NOTHING,
};

export const OTHERS: Readonly<Record<string, Mapping>> = {
  'settings.restore_state': NOTHING,
  'settings.n_workers': says('as many threads as there are processors'),
  'settings.anomaly_score_outside_data_range': says(
    'data_range only clips the band, a value outside is judged by how unusual it is',
  ),
  'monitoring.pull.addr': says('own metrics are at /metrics of the API, see server.addr'),
  'monitoring.pull.port': says('own metrics are at /metrics of the API, see server.port'),
  'server.addr': becomes('server.addr'),
  'server.port': becomes('server.port'),
  preset: says('without queries all that is known of node_exporter is watched'),
};

export const NO_COUNTERPART = says('not imported, there is no counterpart');

/** A tenant of a cluster is a part of its address: `select` to read, `insert` to write. */
export function addressOf(url: unknown, tenant: unknown, part: 'select' | 'insert'): string {
  const base = String(url).replace(/\/+$/, '');
  const known = typeof tenant === 'string' || typeof tenant === 'number';
  return known ? `${base}/${part}/${tenant}/prometheus` : base;
}

/** Secrets stay where they are: the new file names a variable. */
export function secretMapping(path: string): Mapping {
  return (value) => {
    const [key = ''] = /(password|bearer_token)$/.exec(path) ?? [];
    if (String(value).startsWith('${')) return { [key]: value };
    return `a secret is not copied, write ${key}: \${${path.toUpperCase()}} and set this variable`;
  };
}

/** `inf` is text to us; a range that is open at both ends says nothing. */
function openEnds(range: unknown): unknown {
  if (!Array.isArray(range)) return range;
  return range.map((end: unknown) => {
    if (end === Number.POSITIVE_INFINITY || end === '+inf') return 'inf';
    return end === Number.NEGATIVE_INFINITY ? '-inf' : end;
  });
}
