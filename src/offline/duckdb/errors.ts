/** DuckDB's failures as ours. Its texts may hold file names and SQL of ours, so clients see none of them. */
import { type ErrorCode, errorCodes, GatewayError } from '../../base/errors.ts';

/** Macros and JavaScript functions fail with `error('TG:<code>:<message>')`, which is passed on as it is. */
const ownError = /TG:([A-Z_]+):([^\n]*)/;

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

/** The SQL expression that fails with `code` and a message of ours. */
export function failSql(code: ErrorCode, message: string): string {
  return `error('TG:${code}:${message.replaceAll("'", "''")}')`;
}

/** What a JavaScript function tells DuckDB to fail with, so that `mapDuckError` finds the error again. */
export function failText(error: unknown): string {
  if (error instanceof GatewayError) return `TG:${error.code}:${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** What a query that was interrupted fails with: the abort's own reason when that is an error of ours. */
export function interrupted(signal: AbortSignal, cause?: unknown): GatewayError {
  if (signal.reason instanceof GatewayError) return signal.reason;
  return new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted', { cause });
}

interface Mapping {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
}

const decimalOverflow = /^(?:Out of Range|Conversion) Error.*DECIMAL/;

/** In order; the first match wins. */
const mappings: readonly Mapping[] = [
  {
    pattern: /^INTERRUPT Error|Interrupted!/,
    code: 'QUERY_INTERRUPTED',
    message: 'Query execution was interrupted',
  },
  {
    pattern: /More than one row returned by a subquery/,
    code: 'SUBQUERY_MORE_THAN_ONE_ROW',
    message: 'Subquery returns more than 1 row',
  },
  {
    pattern: /^Out of Memory Error|failed to (?:allocate|pin|offload)/,
    code: 'OUT_OF_RESOURCES',
    message: 'Out of memory: the query needs more than the offline tier is given',
  },
  // DuckDB ends at 38 digits, MySQL at 65.
  {
    pattern: decimalOverflow,
    code: 'NOT_SUPPORTED',
    message: "This version of Tidegate doesn't yet support 'DECIMAL values of more than 38 digits'",
  },
  {
    pattern: /^Out of Range Error.*(?:INT64|BIGINT)/,
    code: 'OUT_OF_RANGE_EXPRESSION',
    message: 'BIGINT value is out of range',
  },
  {
    pattern: /UINT64/,
    code: 'OUT_OF_RANGE_EXPRESSION',
    message: 'BIGINT UNSIGNED value is out of range',
  },
  { pattern: /^Out of Range Error/, code: 'OUT_OF_RANGE_EXPRESSION', message: 'Value is out of range' },
  {
    pattern: /^Conversion Error.*out of range/,
    code: 'OUT_OF_RANGE_EXPRESSION',
    message: 'Value is out of range',
  },
  {
    pattern: /missing \)|unexpected \)|missing parenthesis/,
    code: 'REGEXP_PARENTHESIS',
    message: 'Mismatched parenthesis in regular expression.',
  },
  {
    pattern: /invalid character class range/,
    code: 'REGEXP_RANGE',
    message: 'The regular expression contains an [x-y] character range where x comes after y.',
  },
  {
    pattern: /repetition|no argument for repetition/,
    code: 'REGEXP_SYNTAX',
    message: 'Syntax error in regular expression.',
  },
  { pattern: /^Conversion Error/, code: 'WRONG_VALUE_FORMAT', message: 'Incorrect value for its type' },
  {
    pattern: /non-inner join on subquery/,
    code: 'NOT_SUPPORTED',
    message: "This version of Tidegate doesn't yet support 'such a query in ON of an outer join'",
  },
  {
    pattern: /Max expression depth limit/,
    code: 'NOT_SUPPORTED',
    message: "This version of Tidegate doesn't yet support 'expressions of more than 1000 nested operations'",
  },
  {
    pattern: /^IO Error|^HTTP Error|too small to be a Parquet file|No magic bytes found|TProtocolException/,
    code: 'STORAGE_ERROR',
    message: 'The offline tier could not read or write a file',
  },
];

/** Whether a value had more digits than the DECIMAL that DuckDB computed in. */
export function isDecimalOverflow(error: unknown): boolean {
  const cause = error instanceof GatewayError ? error.cause : error;
  return cause instanceof Error && decimalOverflow.test(cause.message);
}

/** A failure of DuckDB as a GatewayError with the original as its cause; a GatewayError stays what it is. */
export function mapDuckError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const own = ownError.exec(text);
  if (own !== null && isErrorCode(own[1]!)) return new GatewayError(own[1], own[2]!.trim(), { cause: error });
  const firstLine = text.split('\n', 1)[0]!;
  const arithmetic = /^(?:Out of Range|Conversion) Error/.test(firstLine);
  for (const { pattern, code, message } of mappings) {
    // The patterns that name a type only mean something in an arithmetic or conversion failure.
    if (!arithmetic && code === 'OUT_OF_RANGE_EXPRESSION') continue;
    if (pattern.test(firstLine)) return new GatewayError(code, message, { cause: error });
  }
  return new GatewayError('INTERNAL', 'Internal error in the offline tier', { cause: error });
}
