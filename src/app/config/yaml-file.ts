import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { isRecord } from '../is-record.ts';
import type { ConfigProblem, KeyPath } from './config-problem.ts';
import { type Environment, interpolate } from './interpolate.ts';

/** A file of settings as plain values, which still knows where each one was written. */
export interface YamlFile {
  readonly root: Record<string, unknown>;
  readonly problems: readonly ConfigProblem[];
  /** `saimon.yml:3:10` of a key or, with `value`, of what stands behind it; its nearest parent where it is not written. */
  locate(path: KeyPath, what: 'key' | 'value'): string;
}

/** Reads YAML with `${VAR}` interpolated. Never throws: what is wrong is in `problems`. */
export function readYaml(name: string, text: string, environment: Environment): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const problems: ConfigProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    where: at(error.pos[0]),
    key: '',
    message: `cannot read YAML: ${error.message}`,
  }));
  visit(document, {
    Scalar(part, node, ancestors) {
      if (part === 'key' || typeof node.value !== 'string') return;
      const { text: value, unset } = interpolate(node.value, environment);
      node.value = value;
      for (const variable of unset) {
        const message = `environment variable ${variable} is not set, set it or write \${${variable}:-default}`;
        problems.push({ where: at(node.range?.[0] ?? 0), key: keyOf(ancestors), message });
      }
    },
  });
  const root: unknown = problems.length > 0 ? {} : withoutNulls(document.toJS());
  if (!isRecord(root)) {
    problems.push({
      where: at(0),
      key: '',
      message: 'expected sections such as reader: and server:',
    });
  }
  return {
    root: isRecord(root) ? root : {},
    problems,
    locate(path, what) {
      let node: unknown = document.contents;
      let offset = 0;
      for (const [i, part] of path.entries()) {
        if (isAlias(node)) node = node.resolve(document);
        const last = i === path.length - 1;
        let next: unknown;
        if (isMap(node)) {
          const pair = node.items.find(
            (one) => isScalar(one.key) && String(one.key.value) === String(part),
          );
          if (pair && isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
          next = pair?.value;
        } else if (isSeq(node) && typeof part === 'number') {
          next = node.items[part];
        }
        const start = isNode(next) ? next.range?.[0] : undefined;
        if (start !== undefined && (!last || what === 'value' || isSeq(node))) offset = start;
        node = next;
      }
      return at(offset);
    },
  };
}

function keyOf(ancestors: readonly unknown[]): string {
  return ancestors.flatMap((node) => (isPair(node) ? [String(node.key)] : [])).join('.');
}

/** A key with nothing behind it counts as not written. */
function withoutNulls(value: unknown): unknown {
  if (value === null || value === undefined) return {};
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, isRecord(inner) ? withoutNulls(inner) : inner]),
  );
}
