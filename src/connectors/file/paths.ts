/**
 * Where files may be read: under the configured roots, after every link is followed. A location is relative
 * to its server's ROOT; `*` and `?` match within one path segment, `**` any number of segments.
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../base/errors.ts';

const refusal = (location: string): GatewayError =>
  new GatewayError('FILE_NOT_ALLOWED', `The location '${location}' is outside the configured external roots`);

function isWithin(root: string, candidate: string): boolean {
  const relative = path.relative(root, candidate);
  return (
    relative === '' ||
    (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
  );
}

/** The real path of `directory` when it lies in one of `roots`; throws FILE_NOT_ALLOWED otherwise. */
export async function resolveRoot(directory: string, roots: readonly string[]): Promise<string> {
  if (directory.includes('\0') || !path.isAbsolute(directory)) throw refusal(directory);
  const real = await realpath(directory).catch(() => undefined);
  if (real === undefined) throw refusal(directory);
  for (const root of roots) {
    const realRoot = await realpath(root).catch(() => undefined);
    if (realRoot !== undefined && isWithin(realRoot, real)) return real;
  }
  throw refusal(directory);
}

function segmentPattern(segment: string): RegExp {
  const escaped = segment
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${escaped}$`, 'u');
}

/** Bounds a walk over a directory tree that a `**` starts. */
const maxEntriesVisited = 100_000;

async function expand(
  directory: string,
  segments: readonly string[],
  found: string[],
  visited: { count: number },
): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    found.push(directory);
    return;
  }
  if (segment === '**') {
    await expand(directory, rest, found, visited);
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) await expand(path.join(directory, entry.name), segments, found, visited);
    }
    return;
  }
  if (!/[*?]/.test(segment)) {
    const next = path.join(directory, segment);
    if (await lstat(next).catch(() => undefined)) await expand(next, rest, found, visited);
    return;
  }
  const pattern = segmentPattern(segment);
  for (const name of (await readdir(directory).catch(() => [])).sort()) {
    visited.count += 1;
    if (visited.count > maxEntriesVisited) {
      throw new GatewayError(
        'WRONG_ARGUMENTS',
        `The location matches among more than ${maxEntriesVisited} directory entries`,
      );
    }
    if (pattern.test(name)) await expand(path.join(directory, name), rest, found, visited);
  }
}

/**
 * The files or the one directory that `location` names below `root` (a real path), sorted, every link
 * followed and checked to stay inside. Throws FILE_NOT_ALLOWED for absolute paths, `..` and links that lead
 * out, EXTERNAL_QUERY_ERROR when nothing is there.
 */
export async function resolveLocation(root: string, location: string): Promise<string[]> {
  const segments = location.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (
    location.includes('\0') ||
    location.includes('\\') ||
    path.isAbsolute(location) ||
    /^[a-z][a-z0-9+.-]*:/i.test(location)
  ) {
    throw refusal(location);
  }
  if (segments.includes('..')) throw refusal(location);
  const found: string[] = [];
  await expand(root, segments, found, { count: 0 });
  const files: string[] = [];
  for (const file of found) {
    const real = await realpath(file);
    if (!isWithin(root, real)) throw refusal(location);
    files.push(real);
  }
  if (files.length === 0)
    throw new GatewayError('EXTERNAL_QUERY_ERROR', `No file matches the location '${location}'`);
  return [...new Set(files)].sort();
}
