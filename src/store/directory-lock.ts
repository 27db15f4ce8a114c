import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from './errors.ts';

export interface DirectoryLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one of the same pid. */
  readonly started: string;
  readonly host: string;
  readonly since: string;
  readonly token: string;
}

const BEAT_MS = 5000;
/** A holder on another host (or container) cannot be looked at: it is gone when its lock was not touched for so long. */
const SILENT_MS = 30_000;
const SETTLE_MS = 100;

/**
 * Takes the exclusive lock on a folder, made when it is not there: PGlite has none, and two processes on
 * one folder destroy it. The lock of a dead process is taken over. StoreError `locked` says who has it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'saimon.lock');
  makeDirectory(directory);
  const mine: Holder = {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    host: hostname(),
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  if (!create(path, mine)) {
    const holder = read(path);
    if (holder && isAlive(holder, path)) throw lockedBy(holder, directory);
    takeOver(path, { mine, stale: holder });
    // Whoever took over at the same moment puts our lock back within this time.
    await sleep(SETTLE_MS);
    const now = read(path);
    if (now?.token !== mine.token) throw lockedBy(now, directory);
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      if (read(path)?.token === mine.token) unlinkSync(path);
    },
  };
}

function makeDirectory(directory: string): void {
  try {
    makeStepByStep(resolve(directory));
  } catch (error) {
    throw new StoreError(
      'failed',
      `Cannot make the data directory "${directory}": ${Object(error).code}; give SAIMon a folder that it may write to`,
      { cause: error },
    );
  }
}

/** `recursive` of node asks for ever where a folder that is there can hold none, as in /proc. */
function makeStepByStep(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  makeStepByStep(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another process may have been first; a file of that name is no folder.
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (Object(error).code === 'EEXIST') return false;
    const cause = { cause: error };
    throw new StoreError(
      'failed',
      `Cannot write "${path}": give SAIMon a folder that it may write to`,
      cause,
    );
  }
}

function takeOver(
  path: string,
  { mine, stale }: { mine: Holder; stale: Holder | undefined },
): void {
  const aside = `${path}.${mine.token}`;
  try {
    renameSync(path, aside);
    if (read(aside)?.token !== stale?.token) linkSync(aside, path);
    unlinkSync(aside);
  } catch {
    // Another process was first; whether it is us who has the lock is read afterwards.
  }
  create(path, mine);
}

function read(path: string): Holder | undefined {
  try {
    const holder: Holder = JSON.parse(readFileSync(path, 'utf8'));
    return typeof holder.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The folder was removed under us: the database will say so.
  }
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return Date.now() - statSync(path).mtimeMs < SILENT_MS;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (Object(error).code === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return started === undefined || holder.started === '' || started === holder.started;
}

/** When a process started, in ticks since boot; undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces and brackets; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function lockedBy(holder: Holder | undefined, directory: string): StoreError {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} has it since ${holder.since}`
    : 'another process took it at this moment';
  return new StoreError(
    'locked',
    `Cannot open the data directory "${directory}": ${who}; stop that process or set SAIMON_DATA_DIR to another folder`,
  );
}
