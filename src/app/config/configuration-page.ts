import { stringify } from 'yaml';
import { isRecord } from '../is-record.ts';
import { configSchema } from './config-schema.ts';
import { valueAt } from './describe-issue.ts';
import { environmentVariables } from './environment-settings.ts';
import { querySchema } from './reader-schema.ts';
import { configJsonSchema } from './schema-keys.ts';

interface Key {
  readonly path: string;
  readonly node: Record<string, unknown>;
  readonly isRequired: boolean;
}

/** docs/CONFIGURATION.md: how configuration works, then every key and variable as the schema has them. */
export function configurationPage(): string {
  const sections = Object.entries(childrenOf(configJsonSchema())).flatMap(([name, node]) => [
    `## ${name}`,
    table(['key', 'type', 'default', 'meaning', 'example'], keysBelow(node, name).map(keyRow)),
  ]);
  const variables = environmentVariables().map(({ name, paths }) => [
    code(name),
    paths.map(code).join(', '),
  ]);
  return `${[INTRODUCTION, ...sections, ENVIRONMENT, table(['variable', 'key'], variables)].join('\n\n')}\n`;
}

const INTRODUCTION = `# Configuration

This page is made from the schema by \`saimon config docs\`; do not edit it by hand.

Everything has a default: without a file SAIMon watches the machine it runs on. A setting is taken from, in this
order: the command line, the environment, the file, the default. The file is the one of \`--config\`, else of
\`SAIMON_CONFIG\`, else \`saimon.yml\` in the working folder. Paths in the file are meant from its own folder.

\`\`\`yaml
# yaml-language-server: $schema=./docs/saimon.schema.json
reader:
  datasource_url: \${PROMETHEUS_URL:-}
  queries:
    node_cpu_busy:
      expr: 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))
      unit: ratio
      data_range: [0, 1]
schedulers: {infer_every: 1m}
\`\`\`

| command | what it does |
|---|---|
| \`saimon config check saimon.yml\` | says every mistake |
| \`saimon config print\` | shows what is in force, secrets masked |
| \`saimon config schema\` | JSON Schema for editors, also in docs/saimon.schema.json |
| \`saimon config import ml_config.yml\` | makes a saimon.yml from the file of the original SAIMon or of vmanomaly, see [MIGRATING.md](MIGRATING.md) |

**Variables.** \`\${VAR}\` is replaced by an environment variable, \`\${VAR:-default}\` has a default, \`$\${\` is a plain \`\${\`.

**Durations** are those of Prometheus: \`15s\`, \`5m\`, \`1h30m\`, \`7d\`.

**Secrets** can be read from files: \`password_file\` beside \`password\`, one of the two. They are never printed.

**Mistakes** end the start with exit code 2, each in one line with file, line, column, key and the nearest valid key:

\`\`\`
saimon: saimon.yml:1:14 schedulers.infer_evry: unknown key, did you mean infer_every?
saimon: saimon.yml:2:16 server.port: expected a whole number from 0 to 65535, got "many"
\`\`\`

**Reload.** \`kill -HUP\` or \`POST /-/reload\` reads the file again; a wrong one changes nothing and says why. Changes of
\`storage\`, \`server\` and \`log\` take effect at the next start.

A key marked *later* is checked today and takes effect in a later version; the program warns of it at its start.`;

const ENVIRONMENT = `## Environment

An empty variable is an unset one. \`TRAINING_SCHEDULE\` is a cron line that means once a day. The variables of mail count
where both \`SMTP_HOST\` and \`ALERT_EMAILS\` are set. Other names of the original's \`.env\` are named in a warning.`;

/** Every key below a section, in the order of the schema; \`<name>\` stands for names of one's own. */
function keysBelow(section: unknown, path: string): Key[] {
  return Object.entries(childrenOf(section)).flatMap(([name, node]) => {
    if (!isRecord(node)) return [];
    const here = `${path}.${name}`;
    const key = { path: here, node, isRequired: requiredOf(section).includes(name) };
    const { items, additionalProperties: named } = node;
    const inner = [
      ...keysBelow(node, here),
      ...keysBelow(items, `${here}[]`),
      ...keysBelow(named, `${here}.<name>`),
      ...kindsOf(named).flatMap((kind) => keysBelow(kind, `${here}.<name>`)),
    ];
    // A plain section explains itself by its keys.
    return node['description'] === undefined && inner.length > 0 ? inner : [key, ...inner];
  });
}

function childrenOf(node: unknown): Record<string, unknown> {
  const children = isRecord(node) ? node['properties'] : undefined;
  return isRecord(children) ? children : {};
}

function requiredOf(node: unknown): unknown[] {
  const required = isRecord(node) ? node['required'] : undefined;
  return Array.isArray(required) ? required : [];
}

function kindsOf(node: unknown): unknown[] {
  const kinds = isRecord(node) ? node['oneOf'] : undefined;
  return Array.isArray(kinds) ? kinds : [];
}

const DEFAULTS = configSchema.parse({});
const QUERY = 'reader.queries.<name>.';
const QUERY_DEFAULTS = querySchema.parse({ expr: 'up' });

/** What is in force where nothing is set; the schema alone does not tell for values that it converts. */
function defaultOf({ path, node }: Key): unknown {
  const found = path.startsWith(QUERY)
    ? valueAt(QUERY_DEFAULTS, path.slice(QUERY.length).split('.'))
    : valueAt(DEFAULTS, path.split('.'));
  return found ?? node['default'];
}

function keyRow(key: Key): string[] {
  const { path, node, isRequired } = key;
  const value = isRequired ? undefined : defaultOf(key);
  const isSection = isRecord(node['properties']) || isRecord(node['additionalProperties']);
  const standard = value === undefined || (isSection && isRecord(value)) ? '' : yamlCode(value);
  const examples: unknown = node['examples'];
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return [
    code(path),
    typeText(node),
    isRequired ? 'required' : standard,
    meaningOf(node),
    example === undefined ? standard : yamlCode(example),
  ];
}

function meaningOf({ const: kind, description }: Record<string, unknown>): string {
  if (typeof kind === 'string') return `${code(kind)}, which takes the keys that follow`;
  return typeof description === 'string' ? description : '';
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'keys',
  array: 'list',
  string: 'text',
};

function typeText({ title, enum: choices, type }: Record<string, unknown>): string {
  if (typeof title === 'string') return title;
  if (Array.isArray(choices)) return choices.map((choice) => code(String(choice))).join(', ');
  return TYPES[String(type)] ?? String(type);
}

function yamlCode(value: unknown): string {
  return value === '' ? '' : code(stringify(value, FLOW).trim());
}

const FLOW = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
