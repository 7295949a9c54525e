import type { CompressionAlgorithm } from './compression.ts';

/** Capability bits of protocol 4.1, named as MySQL names them without the prefix CLIENT_. */
export const capability = {
  longPassword: 0x0000_0001,
  foundRows: 0x0000_0002,
  longFlag: 0x0000_0004,
  connectWithDb: 0x0000_0008,
  compress: 0x0000_0020,
  localFiles: 0x0000_0080,
  ignoreSpace: 0x0000_0100,
  protocol41: 0x0000_0200,
  interactive: 0x0000_0400,
  ssl: 0x0000_0800,
  transactions: 0x0000_2000,
  secureConnection: 0x0000_8000,
  multiStatements: 0x0001_0000,
  multiResults: 0x0002_0000,
  psMultiResults: 0x0004_0000,
  pluginAuth: 0x0008_0000,
  connectAttributes: 0x0010_0000,
  pluginAuthLenenc: 0x0020_0000,
  canHandleExpiredPasswords: 0x0040_0000,
  sessionTrack: 0x0080_0000,
  deprecateEof: 0x0100_0000,
  zstdCompression: 0x0400_0000,
  queryAttributes: 0x0800_0000,
} as const;

/**
 * What the server offers. OPTIONAL_RESULTSET_METADATA and MULTI_FACTOR change packet layouts and every known
 * client falls back without them. LONG_PASSWORD must be set: a server without it is taken for
 * MariaDB, whose handshake differs.
 */
export function serverCapabilities(options: {
  readonly tls: boolean;
  readonly localFiles: boolean;
  readonly compression: readonly CompressionAlgorithm[];
}): number {
  let flags =
    capability.longPassword |
    capability.foundRows |
    capability.longFlag |
    capability.connectWithDb |
    capability.ignoreSpace |
    capability.protocol41 |
    capability.interactive |
    capability.transactions |
    capability.secureConnection |
    capability.multiStatements |
    capability.multiResults |
    capability.psMultiResults |
    capability.pluginAuth |
    capability.connectAttributes |
    capability.pluginAuthLenenc |
    capability.canHandleExpiredPasswords |
    capability.sessionTrack |
    capability.deprecateEof |
    capability.queryAttributes;
  if (options.tls) flags |= capability.ssl;
  if (options.localFiles) flags |= capability.localFiles;
  if (options.compression.includes('zlib')) flags |= capability.compress;
  if (options.compression.includes('zstd')) flags |= capability.zstdCompression;
  return flags >>> 0;
}

/** SERVER_STATUS bits of OK and EOF packets. */
export const serverStatus = {
  inTransaction: 0x0001,
  autocommit: 0x0002,
  moreResults: 0x0008,
  cursorExists: 0x0040,
  lastRowSent: 0x0080,
  databaseDropped: 0x0100,
  noBackslashEscapes: 0x0200,
  inTransactionReadOnly: 0x2000,
  sessionStateChanged: 0x4000,
} as const;
