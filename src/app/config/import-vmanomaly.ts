import { isRecord } from '../is-record.ts';
import { valueAt } from './describe-issue.ts';
import { aliasOf } from './import-metrics.ts';
import { importModels } from './import-vmanomaly-models.ts';
import { importSchedulers } from './import-vmanomaly-schedulers.ts';
import { ImportDraft, type ImportedConfig, leaves, type Mapping } from './imported.ts';
import {
  addressOf,
  NO_COUNTERPART,
  OTHERS,
  QUERY,
  READER,
  secretMapping,
  WRITER,
} from './vmanomaly-keys.ts';
import type { YamlFile } from './yaml-file.ts';

/** Whether it is a vmanomaly configuration. */
export function isVmanomaly(root: Readonly<Record<string, unknown>>): boolean {
  const sections = ['scheduler', 'model', 'writer', 'monitoring', 'settings', 'preset'];
  const named = [root['schedulers'], root['models']].flatMap((section) =>
    isRecord(section) ? Object.values(section) : [],
  );
  return (
    sections.some((name) => name in root) ||
    valueAt(root, ['reader', 'class']) !== undefined ||
    named.some((one) => isRecord(one) && ('class' in one || 'infer_every' in one))
  );
}

/** A saimon.yml of a vmanomaly configuration. */
export function importVmanomaly(name: string, file: YamlFile): ImportedConfig {
  const draft = new ImportDraft(file);
  const { reader, writer, schedulers, scheduler, models, model, ...others } = file.root;
  importReader(draft, reader);
  importSchedulers(draft, { schedulers, scheduler });
  importModels(draft, { models, model, aliases: queriesOf(reader) });
  importWriter(draft, writer);
  for (const path of leaves(others)) {
    if (path.length > 0) draft.take(path, OTHERS[path.join('.')] ?? NO_COUNTERPART);
  }
  return draft.finish(name);
}

function queriesOf(reader: unknown): string[] {
  const queries = valueAt(reader, ['queries']);
  return isRecord(queries) ? Object.keys(queries) : [];
}

function importReader(draft: ImportDraft, reader: unknown): void {
  if (!isRecord(reader)) return;
  const under = ['reader'];
  const { queries, datasource_url: url, tenant_id: tenant, ...keys } = reader;
  if (url !== undefined) draft.put(['reader', 'datasource_url'], addressOf(url, tenant, 'select'));
  for (const key of Object.keys(keys)) takeKey(draft, ['reader', key], { mappings: READER, under });
  for (const [alias, query] of isRecord(queries) ? Object.entries(queries) : []) {
    const path = ['reader', 'queries', alias];
    const to = ['reader', 'queries', aliasOf(alias)];
    if (aliasOf(alias) !== alias) draft.warn(path, `is called ${aliasOf(alias)} now`);
    if (!isRecord(query)) draft.put([...to, 'expr'], query);
    else
      for (const key of Object.keys(query)) {
        draft.take([...path, key], QUERY[key] ?? NO_COUNTERPART, to);
      }
  }
}

function importWriter(draft: ImportDraft, writer: unknown): void {
  if (!isRecord(writer)) return;
  const under = ['writer', 'remote_write'];
  const { datasource_url: url, tenant_id: tenant, metric_format: format, ...keys } = writer;
  if (url !== undefined)
    draft.put([...under, 'url'], `${addressOf(url, tenant, 'insert')}/api/v1/write`);
  if (format !== undefined) draft.put(['writer', 'metric_format'], format);
  for (const key of Object.keys(keys)) {
    takeKey(draft, ['writer', key], { mappings: WRITER, under });
  }
}

interface Rules {
  readonly mappings: Readonly<Record<string, Mapping>>;
  /** Where settings go. */
  readonly under: readonly string[];
}

function takeKey(draft: ImportDraft, path: readonly [string, string], rules: Rules): void {
  const [section, key] = path;
  const secret = key === 'password' || key === 'bearer_token';
  const mapping = secret ? secretMapping(`${section}_${key}`) : rules.mappings[key];
  draft.take(path, mapping ?? NO_COUNTERPART, rules.under);
}
