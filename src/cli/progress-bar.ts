const WIDTH = 30;
const EVERY_MS = 100;

/** A bar on stderr; on anything but a terminal it is silent. */
export interface ProgressBar {
  /** `done` and `total` in any one unit. */
  update(done: number, total: number): void;
  /** Wipes it. */
  end(): void;
}

export function createProgressBar(label: string, stream = process.stderr): ProgressBar {
  if (!stream.isTTY) return { update() {}, end() {} };
  let shownAtMs = 0;
  return {
    update(done, total) {
      const nowMs = performance.now();
      if (nowMs - shownAtMs < EVERY_MS && done < total) return;
      shownAtMs = nowMs;
      const share = total > 0 ? Math.min(1, done / total) : 1;
      const filled = Math.round(share * WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
      stream.write(`\r${label} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %`);
    },
    end: () => void stream.write('\r\u001b[2K'),
  };
}
