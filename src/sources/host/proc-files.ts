import type { CollectedPage } from './collected-page.ts';

/*
 * The files of the proc file system as node_exporter names their figures. Each function adds what one
 * file holds; a field that a kernel does not have is left out.
 */

/** The unit of times in /proc/stat: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const SECTOR_BYTES = 512;
const MS_PER_SECOND = 1000;
/** node_exporter's default: partitions and memory disks are left out. */
const IGNORED_DISKS = /^(?:ram|loop|fd|(?:h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;
const CPU_MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const IDLE = 3;
/** A processor whose idle time steps back by more was taken out and put in again. */
const HOTPLUG_SECONDS = 3;
const KEPT_VMSTAT = /^(?:oom_kill|pgpg|pswp|pg.*fault)/;

/** Last times by processor: the kernel's idle and iowait step back a little now and then. */
export type CpuTimes = Map<string, readonly number[]>;

export function addStat(page: CollectedPage, text: string, lastTimes: CpuTimes): void {
  const single: Readonly<Record<string, (value: number) => void>> = {
    btime: (value) => page.gauge('node_boot_time_seconds', value),
    ctxt: (value) => page.counter('node_context_switches_total', value),
    intr: (value) => page.counter('node_intr_total', value),
    processes: (value) => page.counter('node_forks_total', value),
    procs_running: (value) => page.gauge('node_procs_running', value),
    procs_blocked: (value) => page.gauge('node_procs_blocked', value),
  };
  for (const [key, ...fields] of rows(text)) {
    const cpu = /^cpu(\d+)$/.exec(key)?.[1];
    if (cpu !== undefined) addCpu(page, { cpu, fields, lastTimes });
    else single[key]?.(Number(fields[0]));
  }
}

function addCpu(
  page: CollectedPage,
  read: { readonly cpu: string; readonly fields: readonly string[]; readonly lastTimes: CpuTimes },
): void {
  const { cpu, fields, lastTimes } = read;
  const now = fields.map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  const last = lastTimes.get(cpu);
  const replugged = (last?.[IDLE] ?? 0) - (now[IDLE] ?? 0) > HOTPLUG_SECONDS;
  const times = replugged ? now : now.map((time, i) => Math.max(time, last?.[i] ?? 0));
  lastTimes.set(cpu, times);
  CPU_MODES.forEach((mode, i) => {
    page.counter('node_cpu_seconds_total', times[i] ?? Number.NaN, { cpu, mode });
  });
  ['user', 'nice'].forEach((mode, i) => {
    const seconds = times[CPU_MODES.length + i] ?? Number.NaN;
    page.counter('node_cpu_guest_seconds_total', seconds, { cpu, mode });
  });
}

export function addMeminfo(page: CollectedPage, text: string): void {
  for (const [, key = '', part, count, unit] of text.matchAll(
    /^(\w+)(?:\((\w+)\))?:\s+(\d+)( kB)?$/gm,
  )) {
    const name = part === undefined ? `node_memory_${key}` : `node_memory_${key}_${part}`;
    if (unit === undefined) page.gauge(name, Number(count));
    else page.gauge(`${name}_bytes`, Number(count) * 1024);
  }
}

export function addDiskstats(page: CollectedPage, text: string): void {
  for (const [, , device = '', ...fields] of rows(text)) {
    if (IGNORED_DISKS.test(device)) continue;
    const labels = { device };
    const count = (name: string, field: number, unit = 1) => {
      const value = Number(fields[field] ?? Number.NaN) * unit;
      page.counter(`node_disk_${name}_total`, value, labels);
    };
    const seconds = (name: string, field: number) => {
      const value = Number(fields[field] ?? Number.NaN) / MS_PER_SECOND;
      page.counter(`node_disk_${name}_seconds_total`, value, labels);
    };
    count('reads_completed', 0);
    count('reads_merged', 1);
    count('read_bytes', 2, SECTOR_BYTES);
    seconds('read_time', 3);
    count('writes_completed', 4);
    count('writes_merged', 5);
    count('written_bytes', 6, SECTOR_BYTES);
    seconds('write_time', 7);
    page.gauge('node_disk_io_now', Number(fields[8] ?? Number.NaN), labels);
    seconds('io_time', 9);
    seconds('io_time_weighted', 10);
    count('discards_completed', 11);
    count('discards_merged', 12);
    count('discarded_sectors', 13);
    seconds('discard_time', 14);
    count('flush_requests', 15);
    seconds('flush_requests_time', 16);
  }
}

const RECEIVED = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'];
const SENT = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'];

export function addNetDev(page: CollectedPage, text: string): void {
  for (const [, device = '', rest = ''] of text.matchAll(/^\s*([^|\s]+):\s*(\d[\d ]*)$/gm)) {
    const fields = rest.split(/ +/).map(Number);
    [
      ...RECEIVED.map((name) => `receive_${name}`),
      ...SENT.map((name) => `transmit_${name}`),
    ].forEach((name, i) =>
      page.counter(`node_network_${name}_total`, fields[i] ?? Number.NaN, { device }),
    );
  }
}

export function addLoadavg(page: CollectedPage, text: string): void {
  const [load1, load5, load15] = text.split(' ').map(Number);
  page.gauge('node_load1', load1 ?? Number.NaN);
  page.gauge('node_load5', load5 ?? Number.NaN);
  page.gauge('node_load15', load15 ?? Number.NaN);
}

export function addVmstat(page: CollectedPage, text: string): void {
  for (const [key, value] of rows(text)) {
    if (KEPT_VMSTAT.test(key)) page.counter(`node_vmstat_${key}`, Number(value));
  }
}

export function addFileNr(page: CollectedPage, text: string): void {
  const [allocated, , maximum] = text.trim().split(/\s+/).map(Number);
  page.gauge('node_filefd_allocated', allocated ?? Number.NaN);
  page.gauge('node_filefd_maximum', maximum ?? Number.NaN);
}

/** `/proc/pressure/<resource>`; a processor has no time in which all wait. */
export function addPressure(page: CollectedPage, text: string, resource: string): void {
  for (const [, share, total] of text.matchAll(/^(some|full) .*total=(\d+)$/gm)) {
    if (resource === 'cpu' && share === 'full') continue;
    const state = share === 'some' ? 'waiting' : 'stalled';
    page.counter(`node_pressure_${resource}_${state}_seconds_total`, Number(total) / 1e6);
  }
}

/** The lines that are not empty as fields; there is always a first one. */
function* rows(text: string): Generator<[string, ...string[]]> {
  for (const line of text.split('\n')) {
    const [first = '', ...rest] = line.trim().split(/\s+/);
    if (first !== '') yield [first, ...rest];
  }
}
