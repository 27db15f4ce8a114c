import { stringify } from 'yaml';
import { isRecord } from '../is-record.ts';
import { type KeyPath, pathText } from './config-problem.ts';
import { configSchema } from './config-schema.ts';
import { describeIssue, valueAt } from './describe-issue.ts';
import { sectionOf } from './section-of.ts';
import type { YamlFile } from './yaml-file.ts';

export interface ImportedConfig {
  /** saimon.yml. */
  readonly text: string;
  /** One line per key that has no counterpart or whose meaning changed. */
  readonly warnings: readonly string[];
}

/** What a key becomes: settings by their paths, or, as a text, why it becomes nothing. */
export type Mapped = Readonly<Record<string, unknown>> | string;
export type Mapping = (value: unknown) => Mapped;

/** The key becomes the setting at `path`. */
export function becomes(path: string, read: (value: unknown) => unknown = (value) => value) {
  return (value: unknown): Mapped => ({ [path]: read(value) });
}

/** The key becomes nothing, for this reason. */
export function says(reason: string): Mapping {
  return () => reason;
}

/** A saimon.yml that is being made of another program's file. */
export class ImportDraft {
  readonly #target: Record<string, unknown> = {};
  readonly #warnings: string[] = [];
  readonly #file: YamlFile;

  constructor(file: YamlFile) {
    this.#file = file;
  }

  put(path: KeyPath, value: unknown): void {
    sectionOf(this.#target, path)[String(path.at(-1))] = value;
  }

  /** Says something of a key of the other file. */
  warn(path: KeyPath, message: string): void {
    this.#warnings.push(`${this.#file.locate(path, 'key')} ${pathText(path)}: ${message}`);
  }

  /** Takes the value at `path` of the other file as its mapping has it; `under` is where settings go. */
  take(path: KeyPath, mapping: Mapping, under: KeyPath = []): void {
    const mapped = mapping(valueAt(this.#file.root, path));
    if (typeof mapped === 'string') {
      this.warn(path, mapped);
      return;
    }
    for (const [to, value] of Object.entries(mapped)) this.put([...under, ...to.split('.')], value);
  }

  /** The file as text, without what the configuration would refuse. */
  finish(name: string): ImportedConfig {
    for (const issue of configSchema.safeParse(this.#target).error?.issues ?? []) {
      for (const { path, message } of describeIssue(issue, this.#target)) {
        const value = valueAt(this.#target, path);
        // What a variable will hold is checked when it is there.
        if (typeof value === 'string' && value.includes('${')) continue;
        delete sectionOf(this.#target, path)[String(path.at(-1))];
        this.#warnings.push(`${name} ${pathText(path)}: not imported, ${message}`);
      }
    }
    return {
      text: `# Imported from ${name}\n${stringify(this.#target)}`,
      warnings: this.#warnings,
    };
  }
}

/** Paths of everything that is not a section. */
export function leaves(section: unknown, path: readonly string[] = []): string[][] {
  if (!isRecord(section)) return [[...path]];
  return Object.entries(section).flatMap(([name, value]) => leaves(value, [...path, name]));
}
