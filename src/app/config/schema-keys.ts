import { z } from 'zod';
import { isRecord } from '../is-record.ts';
import type { KeyPath } from './config-problem.ts';
import { configSchema } from './config-schema.ts';

/** The JSON Schema of saimon.yml, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: 'input', reused: 'inline' });
  return { ...schema, title: 'SAIMon configuration (saimon.yml)' };
}

/** The keys that are valid in the section at `path`; none where any name is. */
export function validKeys(path: KeyPath): string[] {
  let nodes: unknown[] = [configJsonSchema()];
  for (const part of path) {
    nodes = nodes.flatMap(alternatives).flatMap((node) => inside(node, part));
  }
  const names = nodes.flatMap(alternatives).flatMap((node) => Object.keys(propertiesOf(node)));
  return [...new Set(names)];
}

/** Every key path of the schema that ends in `name`. */
export function pathsOfKey(name: string): string[] {
  const found: string[] = [];
  const search = (node: unknown, path: string) => {
    for (const [key, inner] of Object.entries(propertiesOf(node))) {
      const here = path === '' ? key : `${path}.${key}`;
      if (key === name) found.push(here);
      search(inner, here);
    }
  };
  search(configJsonSchema(), '');
  return found;
}

function alternatives(node: unknown): unknown[] {
  if (!isRecord(node)) return [];
  const inner = node['anyOf'] ?? node['oneOf'];
  return Array.isArray(inner) ? inner.flatMap(alternatives) : [node];
}

function inside(node: unknown, part: string | number): unknown[] {
  if (!isRecord(node)) return [];
  const next =
    typeof part === 'number'
      ? node['items']
      : (propertiesOf(node)[part] ?? node['additionalProperties']);
  return isRecord(next) ? [next] : [];
}

function propertiesOf(node: unknown): Record<string, unknown> {
  const properties = isRecord(node) ? node['properties'] : undefined;
  return isRecord(properties) ? properties : {};
}
