import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../base/errors.ts';
import type { Action } from './actions.ts';
import { parseCommit, printCommit } from './commit-json.ts';

/** One checkpoint of a listing; `files` in the order of their parts. */
export interface CheckpointFiles {
  readonly version: number;
  readonly files: readonly string[];
}

/** What stands in a `_delta_log` folder. */
export interface LogListing {
  /** Versions of the JSON commits, ascending. */
  readonly commits: readonly number[];
  /** Complete checkpoints, ascending by version. */
  readonly checkpoints: readonly CheckpointFiles[];
}

const commitName = /^(\d{20})\.json$/;
const classicCheckpoint = /^(\d{20})\.checkpoint\.parquet$/;
const multipartCheckpoint = /^(\d{20})\.checkpoint\.(\d{10})\.(\d{10})\.parquet$/;
const uuidCheckpoint = /^(\d{20})\.checkpoint\.[0-9a-fA-F-]{36}\.(json|parquet)$/;

export const logFolder = (root: string): string => path.join(root, '_delta_log');
const padded = (version: number): string => String(version).padStart(20, '0');
export const commitFile = (root: string, version: number): string =>
  path.join(logFolder(root), `${padded(version)}.json`);
export const checkpointFile = (root: string, version: number): string =>
  path.join(logFolder(root), `${padded(version)}.checkpoint.parquet`);

/** Lists a table's log; both lists are empty when the folder does not exist. */
export async function listLog(root: string): Promise<LogListing> {
  let names: string[];
  try {
    names = await readdir(logFolder(root));
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return { commits: [], checkpoints: [] };
    throw error;
  }
  const commits: number[] = [];
  const checkpoints = new Map<number, string[]>();
  const parts = new Map<string, string[]>();
  for (const name of names) {
    const commit = commitName.exec(name);
    if (commit !== null) commits.push(Number(commit[1]));
    const single = classicCheckpoint.exec(name) ?? uuidCheckpoint.exec(name);
    if (single !== null) checkpoints.set(Number(single[1]), [name]);
    const part = multipartCheckpoint.exec(name);
    if (part !== null) {
      const key = `${part[1]}/${Number(part[3])}`;
      parts.set(key, [...(parts.get(key) ?? []), name]);
    }
  }
  for (const [key, files] of parts) {
    const [version, total] = key.split('/').map(Number);
    if (files.length === total && !checkpoints.has(version!)) checkpoints.set(version!, files.sort());
  }
  return {
    commits: commits.sort((a, b) => a - b),
    checkpoints: [...checkpoints]
      .map(([version, files]) => ({ version, files }))
      .sort((a, b) => a.version - b.version),
  };
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export async function readCommit(root: string, version: number): Promise<Action[]> {
  return parseCommit(await readFile(commitFile(root, version), 'utf8'));
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file durably under a temporary name and returns that name, in the folder of `target`. */
export async function writeTemporary(target: string, content: string | Uint8Array): Promise<string> {
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.tmp`);
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Another writer took the version; nothing was written. */
export class CommitLostError extends GatewayError {
  readonly version: number;
  constructor(version: number) {
    super('STORAGE_ERROR', `Delta version ${version} was taken by another writer`);
    this.version = version;
  }
}

/**
 * Writes commit `version` if and only if it does not exist, all or nothing, durably: a synced temporary
 * file, its time set, hard-linked under the final name (which fails when that exists), the folder synced.
 * Throws CommitLostError when another writer was first. `timestampMs` becomes the file's mtime, from which
 * other engines take the commit's time.
 */
export async function writeCommit(
  root: string,
  version: number,
  actions: readonly Action[],
  timestampMs: number,
): Promise<void> {
  const target = commitFile(root, version);
  const temporary = await writeTemporary(target, printCommit(actions));
  try {
    await utimes(temporary, timestampMs / 1000, timestampMs / 1000);
    await link(temporary, target);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw new CommitLostError(version);
    throw error;
  } finally {
    await unlink(temporary);
  }
  await syncFolder(logFolder(root));
}
