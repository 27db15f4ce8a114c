import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { nodeExporterPreset } from './node-exporter.ts';
import { rateWindowOf } from './preset.ts';
import { presetProposals } from './preset-proposals.ts';

test('presetProposals() gives only queries whose metrics are all there', () => {
  const held = new Set(['node_load1', 'node_memory_MemTotal_bytes', 'node_disk_read_bytes_total']);
  expect(presetProposals(held, 15_000).map(({ alias }) => alias)).toEqual([
    'node_load1',
    'node_disk_read',
  ]);
  expect(presetProposals(new Set(), 15_000)).toEqual([]);
});

test('rateWindowOf() is four samples, at least a minute', () => {
  expect(rateWindowOf(5_000)).toBe('1m');
  expect(rateWindowOf(60_000)).toBe('4m');
});

test('the node-exporter preset is valid PromQL that names its metrics, counters as rates', () => {
  const queries = nodeExporterPreset('5m');
  expect(queries).toHaveLength(8);
  for (const { proposal, requires } of queries) {
    const tree = parser.parse(proposal.expr);
    tree.iterate({ enter: (node) => expect(node.type.isError, proposal.expr).toBe(false) });
    expect(requires.length).toBeGreaterThan(0);
    for (const metric of requires.filter((name) => name.endsWith('_total'))) {
      expect(proposal.expr).toMatch(new RegExp(`rate\\(${metric}\\{[^\\]]*\\}\\[5m\\]`));
    }
  }
});

test('the node-exporter preset leaves out devices and file systems that repeat others', () => {
  const network = patternOf('node_network_received', 'device');
  for (const device of ['lo', 'veth12ab', 'docker0', 'br-1f']) expect(device).toMatch(network);
  for (const device of ['eth0', 'lowlatency0', 'wlan0']) expect(device).not.toMatch(network);
  const disk = patternOf('node_disk_read', 'device');
  for (const device of ['loop0', 'dm-1', 'sr0']) expect(device).toMatch(disk);
  for (const device of ['sda', 'nvme0n1', 'vda']) expect(device).not.toMatch(disk);
  expect('tmpfs').toMatch(patternOf('node_filesystem_used', 'fstype'));
  expect('ext4').not.toMatch(patternOf('node_filesystem_used', 'fstype'));
  const mountpoint = patternOf('node_filesystem_used', 'mountpoint');
  expect('/etc/hosts').toMatch(mountpoint);
  for (const path of ['/', '/home', '/var/lib']) expect(path).not.toMatch(mountpoint);
});

/** What a negative matcher of a preset leaves out. */
function patternOf(alias: string, label: string): RegExp {
  const found = nodeExporterPreset('5m').find(({ proposal }) => proposal.alias === alias);
  const matcher = new RegExp(`${label}!~"([^"]*)"`).exec(found?.proposal.expr ?? '');
  return new RegExp(`^(?:${matcher?.[1]})$`);
}
