import { GatewayError } from '../base/errors.ts';
import { capability } from './capabilities.ts';
import { type Compression, zlibLevel, zstdLevelOf } from './compression.ts';
import { readConnectionAttributes } from './connection-attributes.ts';
import { PacketReader } from './packet-reader.ts';

export interface HandshakeResponse {
  /** What both sides can: the client's flags and the server's. */
  readonly capabilities: number;
  readonly collationId: number;
  readonly user: string;
  readonly authData: Buffer;
  /** Undefined when none was named. */
  readonly database: string | undefined;
  /** Undefined when PLUGIN_AUTH was not negotiated; empty when the client named none. */
  readonly authPlugin: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** How both sides compress once login is over; undefined for not at all. */
  readonly compression?: Compression | undefined;
}

/**
 * HandshakeResponse41:
 *
 *     capabilities:u32  maxPacket:u32  collation:u8  filler:23  user:nul
 *     authData: lenenc-string with PLUGIN_AUTH_LENENC, u8 length + bytes with SECURE_CONNECTION, else nul
 *     database:nul with CONNECT_WITH_DB
 *     plugin:nul with PLUGIN_AUTH
 *     attributes with CONNECT_ATTRS
 *     level:u8 with ZSTD_COMPRESSION
 *
 * Clients set flags for parts that they leave out, so a missing tail is no error; and some set flags that they
 * were not offered, so the layout follows what both sides can.
 */
export function readHandshakeResponse(payload: Buffer, serverFlags: number): HandshakeResponse {
  const reader = new PacketReader(payload);
  const capabilities = (reader.uint32() & serverFlags) >>> 0;
  if ((capabilities & capability.protocol41) === 0) {
    throw new GatewayError('HANDSHAKE_ERROR', 'Bad handshake');
  }
  reader.skip(4);
  const collationId = reader.uint8();
  reader.skip(23);
  const user = reader.nullTerminatedBytes().toString();
  const authData = readAuthData(reader, capabilities);
  const has = (flag: number): boolean => (capabilities & flag) !== 0 && reader.remaining > 0;
  const database = has(capability.connectWithDb) ? reader.nullTerminatedOrRest().toString() : '';
  const canSwitch = (capabilities & capability.pluginAuth) !== 0;
  const authPlugin = canSwitch ? reader.nullTerminatedOrRest().toString() : undefined;
  const attributes = has(capability.connectAttributes) ? readConnectionAttributes(reader) : new Map();
  return {
    capabilities,
    collationId,
    user,
    authData,
    database: database === '' ? undefined : database,
    authPlugin,
    attributes,
    compression: compressionOf(capabilities, reader.remaining > 0 ? reader.uint8() : 0),
  };
}

/** A client that can do both gets zlib, as from MySQL. */
function compressionOf(capabilities: number, zstdLevel: number): Compression | undefined {
  if ((capabilities & capability.compress) !== 0) return { algorithm: 'zlib', level: zlibLevel };
  if ((capabilities & capability.zstdCompression) === 0) return undefined;
  return { algorithm: 'zstd', level: zstdLevelOf(zstdLevel) };
}

function readAuthData(reader: PacketReader, capabilities: number): Buffer {
  if (reader.remaining === 0) return Buffer.alloc(0);
  if ((capabilities & capability.pluginAuthLenenc) !== 0) return reader.lengthEncodedBytes();
  if ((capabilities & capability.secureConnection) !== 0) return reader.bytes(reader.uint8());
  return reader.nullTerminatedOrRest();
}
