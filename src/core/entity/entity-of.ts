import type { Labels } from '../labels.ts';

/** Labels that name what a series was measured on, the narrowest first; a name in brackets goes along where it is there. */
const IDENTIFYING: readonly (readonly [string, string?])[] = [
  ['pod', 'namespace'],
  ['instance'],
  ['host'],
  ['hostname'],
  ['node'],
  ['service', 'namespace'],
  ['job'],
];
const ADDRESS_WITH_PORT = /^([^:]+|\[.+\]):\d+$/;

/**
 * What a series belongs to: the labels that name its pod, machine or service; undefined when it carries none of them.
 *
 * The first of `pod`, `instance`, `host`, `hostname`, `node`, `service` and `job` decides. Pods come first, for the
 * instance of an exporter that speaks of pods is the exporter. An instance loses its port: the exporters of a machine
 * listen on ports of their own, and all of them tell of the one machine.
 */
export function entityOf(labels: Labels): Labels | undefined {
  for (const [name, along] of IDENTIFYING) {
    const value = labels[name];
    if (value === undefined || value === '') continue;
    const wider = along === undefined ? undefined : labels[along];
    return {
      ...(along !== undefined && wider && { [along]: wider }),
      [name]: name === 'instance' ? value.replace(ADDRESS_WITH_PORT, '$1') : value,
    };
  }
  return undefined;
}
