import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labelsKey } from '../../core/labels.ts';
import { ProcReader } from './proc-reader.ts';

const FILES = {
  stat: `cpu  30 0 20 300 4 0 0 0 7 0
cpu0 10 0 5 100 1 0 0 0 7 0
cpu11 20 0 15 200 3 0 0 0 0 0
intr 394266 0 9 0
ctxt 860604
btime 1795381164
processes 8067
procs_running 2
procs_blocked 1
softirq 217469 0 26873
`,
  meminfo: `MemTotal:       24684092 kB
MemAvailable:   24273904 kB
Active(anon):       1568 kB
HugePages_Total:       3
`,
  diskstats: `   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 254       0 vda 38374 10267 3102938 19696 33831 39037 5209600 37398 2 14356 58926 13661 67 686064 1680 1857 151
 254       1 vda1 1 0 8 0 0 0 0 0 0 0 0
   8       0 sdb 5 0 16 0 0 0 0 0 0 0 0
`,
  'net/dev': `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:   62908      62    0    0    0     0          0         0    62908      62    0    0    0     0       0          0
  eth0:433491422   10342    1    2    3     4          5         6   806150    6528    7    8    9     10       11          12
`,
  loadavg: '0.12 0.34 0.09 1/96 8070\n',
  vmstat: 'nr_free_pages 12\npgpgin 1551469\npgmajfault 1374\noom_kill 0\n',
  'sys/fs/file-nr': '592\t0\t2466186\n',
  'pressure/io': `some avg10=0.15 avg60=0.28 avg300=0.20 total=5386198
full avg10=0.15 avg60=0.27 avg300=0.18 total=4675033
`,
  'pressure/cpu': `some avg10=0.19 avg60=0.27 avg300=0.69 total=23308035
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
`,
  'self/mounts': `proc /proc proc rw,relatime 0 0
tmpfs /dev/shm tmpfs rw 0 0
overlay / overlay rw 0 0
/dev/vda /mnt/my\\040disk ext4 ro,relatime 0 0
server:/home /home nfs4 rw 0 0
tmpfs /run tmpfs rw 0 0
`,
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'saimon-proc-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

const SIZE = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 300, files: 50, ffree: 40 };

async function read(reader: ProcReader): Promise<Record<string, number>> {
  const { samples } = await reader.read();
  return Object.fromEntries(
    samples.map(({ name, labels, value }) => {
      const own = Object.entries(labels).filter(([label]) => label !== 'instance');
      return [own.length === 0 ? name : name + labelsKey(Object.fromEntries(own)), value];
    }),
  );
}

describe('ProcReader', () => {
  it("reads the kernel's files under node_exporter's names and units", async () => {
    write(FILES);
    const figures = await read(
      new ProcReader({ procRoot: root, measureFileSystem: () => Promise.resolve(SIZE) }),
    );
    expect(figures).toMatchObject({
      'node_cpu_seconds_total{cpu="0",mode="idle"}': 1,
      'node_cpu_seconds_total{cpu="11",mode="system"}': 0.15,
      'node_cpu_guest_seconds_total{cpu="0",mode="user"}': 0.07,
      node_boot_time_seconds: 1795381164,
      node_context_switches_total: 860604,
      node_intr_total: 394266,
      node_forks_total: 8067,
      node_procs_running: 2,
      node_procs_blocked: 1,
      node_memory_MemTotal_bytes: 24684092 * 1024,
      node_memory_MemAvailable_bytes: 24273904 * 1024,
      node_memory_Active_anon_bytes: 1568 * 1024,
      node_memory_HugePages_Total: 3,
      'node_disk_reads_completed_total{device="vda"}': 38374,
      'node_disk_read_bytes_total{device="vda"}': 3102938 * 512,
      'node_disk_read_time_seconds_total{device="vda"}': 19.696,
      'node_disk_written_bytes_total{device="vda"}': 5209600 * 512,
      'node_disk_io_now{device="vda"}': 2,
      'node_disk_io_time_seconds_total{device="vda"}': 14.356,
      'node_disk_io_time_weighted_seconds_total{device="vda"}': 58.926,
      'node_disk_discarded_sectors_total{device="vda"}': 686064,
      'node_disk_flush_requests_time_seconds_total{device="vda"}': 0.151,
      'node_disk_read_bytes_total{device="sdb"}': 8192,
      'node_network_receive_bytes_total{device="eth0"}': 433491422,
      'node_network_receive_multicast_total{device="eth0"}': 6,
      'node_network_transmit_bytes_total{device="eth0"}': 806150,
      'node_network_transmit_carrier_total{device="eth0"}': 11,
      'node_network_receive_bytes_total{device="lo"}': 62908,
      node_load1: 0.12,
      node_load5: 0.34,
      node_load15: 0.09,
      node_vmstat_pgpgin: 1551469,
      node_vmstat_pgmajfault: 1374,
      node_vmstat_oom_kill: 0,
      node_filefd_allocated: 592,
      node_filefd_maximum: 2466186,
      node_pressure_io_waiting_seconds_total: 5.386198,
      node_pressure_io_stalled_seconds_total: 4.675033,
      node_pressure_cpu_waiting_seconds_total: 23.308035,
    });
    const names = Object.keys(figures);
    expect(names.filter((name) => /loop|vda1|nr_free|cpu_stalled/.test(name))).toEqual([]);
    expect(names).not.toContain('node_disk_discards_completed_total{device="sdb"}');
  });

  it('measures the file systems that node_exporter measures', async () => {
    write(FILES);
    const asked: string[] = [];
    const measureFileSystem = (path: string) => {
      asked.push(path);
      return path === '/run' ? Promise.reject(new Error('EACCES')) : Promise.resolve(SIZE);
    };
    const figures = await read(new ProcReader({ procRoot: root, measureFileSystem }));
    expect(asked).toEqual(['/mnt/my disk', '/home', '/run']);
    const disk = '{device="/dev/vda",fstype="ext4",mountpoint="/mnt/my disk"}';
    expect(figures).toMatchObject({
      [`node_filesystem_size_bytes${disk}`]: 4_096_000,
      [`node_filesystem_free_bytes${disk}`]: 1_638_400,
      [`node_filesystem_avail_bytes${disk}`]: 1_228_800,
      [`node_filesystem_files_free${disk}`]: 40,
      [`node_filesystem_readonly${disk}`]: 1,
      'node_filesystem_device_error{device="tmpfs",fstype="tmpfs",mountpoint="/run"}': 1,
    });
  });

  it('does not ask again a file system that does not answer', async () => {
    write(FILES);
    let asked = 0;
    const hung = new ProcReader({
      procRoot: root,
      patienceMs: 20,
      measureFileSystem: (path) => {
        if (path !== '/home') return Promise.resolve(SIZE);
        asked++;
        return new Promise(() => {});
      },
    });
    const error =
      'node_filesystem_device_error{device="server:/home",fstype="nfs4",mountpoint="/home"}';
    expect((await read(hung))[error]).toBe(1);
    expect((await read(hung))[error]).toBe(1);
    expect(asked).toBe(1);
  });

  it('hides that the kernel lets idle time step back a little', async () => {
    const idle = 'node_cpu_seconds_total{cpu="0",mode="idle"}';
    const reader = new ProcReader({ procRoot: root });
    write({ stat: 'cpu0 10 0 5 1000 1 0 0 0\n', 'self/mounts': '' });
    expect((await read(reader))[idle]).toBe(10);
    write({ stat: 'cpu0 10 0 5 990 1 0 0 0\n' });
    expect((await read(reader))[idle]).toBe(10);
    write({ stat: 'cpu0 1 0 5 20 1 0 0 0\n' });
    expect((await read(reader))[idle]).toBe(0.2);
  });

  it('falls back to what Node knows where there is no /proc', async () => {
    const figures = await read(new ProcReader({ procRoot: join(root, 'nowhere') }));
    expect(figures['node_memory_MemTotal_bytes']).toBeGreaterThan(0);
    expect(figures['node_cpu_seconds_total{cpu="0",mode="idle"}']).toBeGreaterThan(0);
    expect(figures['node_load1']).toBeGreaterThanOrEqual(0);
    expect(
      figures['node_filesystem_size_bytes{device="root",fstype="unknown",mountpoint="/"}'],
    ).toBeGreaterThan(0);
  });

  it('labels every sample with the instance', async () => {
    const { samples, families } = await new ProcReader({ instance: 'box' }).read();
    expect(samples.every(({ labels }) => labels['instance'] === 'box')).toBe(true);
    expect(families.get('node_cpu_seconds_total')?.type).toBe('counter');
  });
});
