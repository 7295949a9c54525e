/**
 * Every bound of the process, with its reason. All can be set in the configuration; what is here is
 * the default. Sizes in bytes, times in milliseconds.
 */
export interface Limits {
  /** MySQL's own default; a larger request is answered with error 1153 and the connection closes. */
  readonly maxAllowedPacketBytes: number;
  /** A port scanner must not make us buffer: nothing legitimate before login is larger. */
  readonly preAuthPacketBytes: number;
  readonly handshakeTimeoutMs: number;
  readonly maxConnections: number;
  /** MySQL's default of max_prepared_stmt_count is for the server; ours is for each session. */
  readonly preparedStatementsPerSession: number;
  /** Names that one session holds by GET_LOCK: migrators hold one or two. */
  readonly userLocksPerSession: number;
  /** Commands that a client may pipeline before we stop reading its socket. */
  readonly pipelinedCommands: number;
  /** Nesting of parentheses, subqueries and blocks; the parser recurses, so this bounds its stack. */
  readonly parserDepth: number;
  /** Subqueries of expressions, each within the other. DuckDB plans such a statement in a time that grows up to
   * fourfold with every level (10 levels: a second), and cannot be interrupted meanwhile. */
  readonly subqueryDepth: number;
  /** Nodes on the longest path of a statement's tree: `1 + 1 + …` grows it without nesting, and whoever
   * reads the tree recurses. AND and OR chains count once. */
  readonly treeHeight: number;
  /** Lexical tokens in one statement. */
  readonly statementTokens: number;
  readonly tablesPerStatement: number;
  /** Shapes kept in the plan cache. */
  readonly cachedPlans: number;
  /** Rows of a transaction kept in memory until COMMIT. */
  readonly transactionRows: number;
  readonly transactionBytes: number;
  /** Rows of a session's temporary tables, which live in the process's memory. */
  readonly temporaryTableBytes: number;
  /** INSERT … SELECT and LOAD DATA with more rows than this go to Parquet in a stream. */
  readonly bulkRows: number;
  /** The journal's tail is flushed when it holds this many row changes … */
  readonly flushRows: number;
  /** … or this many bytes … */
  readonly flushBytes: number;
  /** … or a change this old. */
  readonly flushAgeMs: number;
  /** Data files stay at or below this: deletion masks cost four times a scan on a file of 10 M rows. */
  readonly dataFileRows: number;
  readonly socketWriteBufferBytes: number;
  readonly warningsPerStatement: number;
  readonly externalConnectTimeoutMs: number;
  /** Keys that BETWEEN reads one by one; where more lie between the bounds, DuckDB is the faster one. */
  readonly narrowRangeKeys: number;
  /** Rows per batch handed from the executor to the wire. */
  readonly batchRows: number;
  /** Rows of open cursors kept in memory while another statement runs on their connection. */
  readonly cursorBytes: number;
  /** Automatic retries of a single autocommit statement that lost a write conflict. */
  readonly conflictRetries: number;
  /** Time that a graceful shutdown gives running statements. */
  readonly drainTimeoutMs: number;
  readonly duckdbMemoryBytes: number;
  readonly duckdbThreads: number;
  /** Scans that compute at a time: each holds a thread. */
  readonly concurrentScans: number;
  /** Scans that are open, those that wait for their clients included: each holds about 20 MiB of rows. */
  readonly openScans: number;
  readonly recursiveCteDepth: number;
}

const mebibyte = 1024 * 1024;

export const defaultLimits: Limits = {
  maxAllowedPacketBytes: 64 * mebibyte,
  preAuthPacketBytes: 64 * 1024,
  handshakeTimeoutMs: 10_000,
  maxConnections: 1_000,
  preparedStatementsPerSession: 16_382,
  userLocksPerSession: 1_000,
  pipelinedCommands: 64,
  parserDepth: 200,
  subqueryDepth: 10,
  treeHeight: 1_000,
  statementTokens: 20_000_000,
  tablesPerStatement: 61,
  cachedPlans: 2_000,
  transactionRows: 1_000_000,
  transactionBytes: 512 * mebibyte,
  temporaryTableBytes: 256 * mebibyte,
  bulkRows: 20_000,
  flushRows: 100_000,
  flushBytes: 64 * mebibyte,
  flushAgeMs: 5_000,
  dataFileRows: 1_000_000,
  socketWriteBufferBytes: 256 * 1024,
  warningsPerStatement: 64,
  externalConnectTimeoutMs: 10_000,
  narrowRangeKeys: 1_000,
  batchRows: 2_048,
  cursorBytes: 64 * mebibyte,
  conflictRetries: 20,
  drainTimeoutMs: 10_000,
  duckdbMemoryBytes: 4 * 1024 * mebibyte,
  duckdbThreads: 2,
  concurrentScans: 16,
  openScans: 64,
  recursiveCteDepth: 1_000,
};
