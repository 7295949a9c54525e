import { AssertionError } from '../base/assert.ts';
import { type ErrorCode, errorCodes, GatewayError } from '../base/errors.ts';
import type { ErrFields } from './err.ts';

export interface MappedError extends ErrFields {
  /** True for what the operator should see in the log: our own faults and those of disk, memory and engines. */
  readonly unexpected: boolean;
}

/** Text that says nothing of paths, keys or SQL that a foreign error's message may hold. */
const neutral = {
  INTERNAL: 'Internal error; the server log has the details',
  STORAGE_ERROR: 'The storage engine reported an error; the server log has the details',
  OUT_OF_RESOURCES: 'Out of memory; try a smaller statement, or give the server more memory',
  QUERY_INTERRUPTED: 'Query execution was interrupted',
  EXTERNAL_QUERY_ERROR: 'An external system did not answer; the server log has the details',
} as const satisfies Partial<Record<ErrorCode, string>>;

const mapped = (code: keyof typeof neutral, unexpected: boolean): MappedError => {
  const [errno, sqlState] = errorCodes[code];
  return { errno, sqlState, message: neutral[code], unexpected };
};

/** Errors of Node's file and network calls, by `code`. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EPIPE',
]);

/**
 * The errno, SQLSTATE and message that a client is told of anything thrown. A GatewayError says its own; of all
 * else only the kind is told, and the caller logs the error itself with its cause.
 */
export function mapError(error: unknown): MappedError {
  if (error instanceof GatewayError) {
    const { errno, sqlState, message } = error;
    return {
      errno,
      sqlState,
      message,
      unexpected: error.code === 'INTERNAL' || error.code === 'STORAGE_ERROR',
    };
  }
  if (error instanceof AssertionError || !(error instanceof Error)) return mapped('INTERNAL', true);
  if (error.name === 'AbortError') return mapped('QUERY_INTERRUPTED', false);
  return mapForeign(error);
}

/** Errors of DuckDB (told by the words its messages begin with), of LMDB and of Node. */
function mapForeign(error: Error): MappedError {
  const { message } = error;
  const code = 'code' in error ? error.code : undefined;
  if (message.startsWith('INTERRUPT') || message.includes('Interrupted!')) {
    return mapped('QUERY_INTERRUPTED', false);
  }
  if (
    /^Out of Memory Error|MDB_MAP_FULL|Array buffer allocation failed|Invalid string length/.test(message)
  ) {
    return mapped('OUT_OF_RESOURCES', true);
  }
  if (typeof code === 'string' && networkCodes.has(code)) return mapped('EXTERNAL_QUERY_ERROR', true);
  // LMDB's own errors are numbers below zero; Node's of files have a `syscall`.
  if (/^MDB_|^IO Error/.test(message) || 'syscall' in error || (typeof code === 'number' && code < 0)) {
    return mapped('STORAGE_ERROR', true);
  }
  return mapped('INTERNAL', true);
}
