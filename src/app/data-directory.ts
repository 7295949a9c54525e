import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config.ts';

export interface DataDirectory {
  readonly storePath: string;
  readonly offlinePath: string;
  /** Work files: DuckDB's spill. Emptied at start. */
  readonly temporaryPath: string;
  /** Gives the directory back to the next process. */
  unlock(): void;
}

/**
 * The start time of a process in clock ticks since boot (field 22 of /proc/<pid>/stat on Linux), so that a
 * lock left by a killed process is not mistaken for one of a new process with its id. Empty elsewhere.
 */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === '' || startTime(pid) === started;
}

function lock(path: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${process.pid} ${startTime(process.pid)}\n`);
      closeSync(file);
      return;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw cause;
    }
    const [pid, started] = readFileSync(path, 'utf8').trim().split(' ');
    if (pid !== undefined && pid !== '' && isAlive(Number(pid), started ?? '')) {
      throw new ConfigError(`the data directory is in use by process ${pid} (lock file ${path})`);
    }
    rmSync(path, { force: true });
  }
}

/** Makes the directory when it does not exist and locks it against a second process. */
export function openDataDirectory(path: string): DataDirectory {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError(`cannot make the data directory ${path}: ${(cause as Error).message}`);
  }
  const lockPath = join(path, 'LOCK');
  lock(lockPath);
  const storePath = join(path, 'store');
  const offlinePath = join(path, 'offline');
  const temporaryPath = join(path, 'tmp');
  rmSync(temporaryPath, { recursive: true, force: true });
  for (const part of [storePath, offlinePath, temporaryPath])
    mkdirSync(part, { recursive: true, mode: 0o700 });
  return { storePath, offlinePath, temporaryPath, unlock: () => rmSync(lockPath, { force: true }) };
}
