import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { CollectedPage } from './collected-page.ts';
import type { Exposition } from './exposition.ts';
import { FileSystems, type MeasureFileSystem, type Mount, parseMounts } from './file-systems.ts';
import {
  addDiskstats,
  addFileNr,
  addLoadavg,
  addMeminfo,
  addNetDev,
  addPressure,
  addStat,
  addVmstat,
  type CpuTimes,
} from './proc-files.ts';

export interface ProcReaderOptions {
  /** Default `/proc`. */
  readonly procRoot?: string | undefined;
  /** Value of the label `instance`, default the host name. */
  readonly instance?: string | undefined;
  readonly measureFileSystem?: MeasureFileSystem;
  /** How long a file system may take to answer, default 2 s. */
  readonly patienceMs?: number;
}

/** Reads this machine's figures under node_exporter's names, without starting any process. */
export class ProcReader {
  readonly instance: string;
  readonly #root: string;
  readonly #fileSystems: FileSystems;
  readonly #cpuTimes: CpuTimes = new Map();

  constructor(options: ProcReaderOptions = {}) {
    this.instance = options.instance ?? os.hostname();
    this.#root = options.procRoot ?? '/proc';
    this.#fileSystems = new FileSystems(options);
  }

  /** A file that is not there or not for us, as in some containers, is left out. */
  async read(): Promise<Exposition> {
    const page = new CollectedPage({ instance: this.instance });
    const stat = this.#file('stat');
    if (stat === undefined) addNodeFigures(page);
    else this.#addProc(page, stat);
    await this.#fileSystems.addTo(page, this.#mounts());
    return page;
  }

  #addProc(page: CollectedPage, stat: string): void {
    addStat(page, stat, this.#cpuTimes);
    addMeminfo(page, this.#file('meminfo') ?? '');
    addDiskstats(page, this.#file('diskstats') ?? '');
    addNetDev(page, this.#file('net/dev') ?? '');
    addLoadavg(page, this.#file('loadavg') ?? '');
    addVmstat(page, this.#file('vmstat') ?? '');
    addFileNr(page, this.#file('sys/fs/file-nr') ?? '');
    for (const resource of ['cpu', 'io', 'memory']) {
      addPressure(page, this.#file(`pressure/${resource}`) ?? '', resource);
    }
  }

  #mounts(): Mount[] {
    const mounts = this.#file('1/mounts') ?? this.#file('self/mounts');
    if (mounts !== undefined) return parseMounts(mounts);
    return [{ device: 'root', mountpoint: '/', fstype: 'unknown', readonly: false }];
  }

  /** Synchronous on purpose: the kernel answers from memory, and the thread pool may hang on a dead mount. */
  #file(name: string): string | undefined {
    try {
      return readFileSync(join(this.#root, name), 'utf8');
    } catch {
      return undefined;
    }
  }
}

/** What Node knows on systems without /proc, under the same names so that the same queries work. */
function addNodeFigures(page: CollectedPage): void {
  os.cpus().forEach(({ times }, cpu) => {
    const modes = {
      user: times.user,
      nice: times.nice,
      system: times.sys,
      idle: times.idle,
      irq: times.irq,
    };
    for (const [mode, ms] of Object.entries(modes)) {
      page.counter('node_cpu_seconds_total', ms / 1000, { cpu: String(cpu), mode });
    }
  });
  page.gauge('node_memory_MemTotal_bytes', os.totalmem());
  page.gauge('node_memory_MemFree_bytes', os.freemem());
  page.gauge('node_memory_MemAvailable_bytes', os.freemem());
  addLoadavg(page, os.loadavg().join(' '));
}
