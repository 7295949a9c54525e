/**
 * The size of libuv's thread pool, on which DuckDB's queries, LMDB's commits and file access run. A running
 * scan keeps a thread, so a pool of libuv's default size, 4, would let four scans hold up every commit.
 * libuv reads the size when the pool is first used: imported before everything else this module can set it,
 * except under Node 20, whose module loader has used the pool by then. There UV_THREADPOOL_SIZE in the
 * environment does it, and without it fewer scans run at a time.
 */
const variable = 'UV_THREADPOOL_SIZE';
const libuvDefault = 4;
const wanted = 32;
const firstNodeThatLoadsSynchronously = 22;

function settle(): number {
  const given = Number.parseInt(process.env[variable] ?? '', 10);
  if (given > 0) return given;
  if (Number.parseInt(process.versions.node, 10) < firstNodeThatLoadsSynchronously) return libuvDefault;
  process.env[variable] = String(wanted);
  return wanted;
}

export const threadPoolSize: number = settle();

/** Threads that scans leave to commits, flushes and files. */
const threadsKept = 2;

/** How many scans may run at a time without holding up the rest. */
export function scansThatFit(concurrentScans: number): number {
  return Math.max(1, Math.min(concurrentScans, threadPoolSize - threadsKept));
}
