import { statfs } from 'node:fs/promises';
import type { Labels } from '../../core/labels.ts';
import type { CollectedPage } from './collected-page.ts';

/** node_exporter's defaults: what holds no files of anybody. */
const IGNORED_MOUNTS =
  /^\/(?:dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)(?:$|\/)/;
const IGNORED_TYPES =
  /^(?:autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$/;
/** A network file system whose server is gone may never answer. */
const PATIENCE_MS = 2000;

export interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readonly: boolean;
}

/** The size of the file system at a path, in blocks and files. */
export type MeasureFileSystem = (path: string) => Promise<{
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}>;

/** The mounts of `/proc/<pid>/mounts` that are worth watching, the last one of each mount point. */
export function parseMounts(text: string): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [device, mountpoint, fstype, options] = line.split(' ').map(unescapeOctal);
    if (device === undefined || mountpoint === undefined || fstype === undefined) continue;
    if (IGNORED_MOUNTS.test(mountpoint) || IGNORED_TYPES.test(fstype)) continue;
    const readonly = options?.split(',').includes('ro') ?? false;
    mounts.set(mountpoint, { device, mountpoint, fstype, readonly });
  }
  return [...mounts.values()];
}

/** Measures mounted file systems; one that does not answer is not asked again until it has. */
export class FileSystems {
  readonly #measure: MeasureFileSystem;
  readonly #patienceMs: number;
  readonly #waiting = new Set<string>();

  constructor(options: { measureFileSystem?: MeasureFileSystem; patienceMs?: number } = {}) {
    this.#measure = options.measureFileSystem ?? statfs;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  async addTo(page: CollectedPage, mounts: readonly Mount[]): Promise<void> {
    await Promise.all(mounts.map((mount) => this.#add(page, mount)));
  }

  async #add(page: CollectedPage, mount: Mount): Promise<void> {
    const { device, mountpoint, fstype, readonly } = mount;
    const labels: Labels = { device, fstype, mountpoint };
    const size = await this.#ask(mountpoint);
    page.gauge('node_filesystem_device_error', size ? 0 : 1, labels);
    if (!size) return;
    page.gauge('node_filesystem_size_bytes', size.blocks * size.bsize, labels);
    page.gauge('node_filesystem_free_bytes', size.bfree * size.bsize, labels);
    page.gauge('node_filesystem_avail_bytes', size.bavail * size.bsize, labels);
    page.gauge('node_filesystem_files', size.files, labels);
    page.gauge('node_filesystem_files_free', size.ffree, labels);
    page.gauge('node_filesystem_readonly', readonly ? 1 : 0, labels);
  }

  async #ask(mountpoint: string): Promise<Awaited<ReturnType<MeasureFileSystem>> | undefined> {
    if (this.#waiting.has(mountpoint)) return undefined;
    this.#waiting.add(mountpoint);
    const answer = this.#measure(mountpoint)
      .catch(() => undefined)
      .finally(() => this.#waiting.delete(mountpoint));
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), this.#patienceMs);
    });
    return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
  }
}

/** Spaces and the like are written `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
}
