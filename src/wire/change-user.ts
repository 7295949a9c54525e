import { capability } from './capabilities.ts';
import { readConnectionAttributes } from './connection-attributes.ts';
import type { HandshakeResponse } from './handshake-response.ts';
import { PacketReader } from './packet-reader.ts';

/**
 * COM_CHANGE_USER behind its command byte; answered by a new authentication round.
 *
 *     user:nul  length:u8 authData  database:nul  [collation:u16  [plugin:nul  [attributes]]]
 */
export function readChangeUser(body: Buffer, capabilities: number): HandshakeResponse {
  const reader = new PacketReader(body);
  const user = reader.nullTerminatedBytes().toString();
  const authData = reader.bytes(reader.uint8());
  const database = reader.nullTerminatedOrRest().toString();
  const collationId = reader.remaining >= 2 ? reader.uint16() : 0;
  const has = (flag: number): boolean => (capabilities & flag) !== 0 && reader.remaining > 0;
  const canSwitch = (capabilities & capability.pluginAuth) !== 0;
  const authPlugin = canSwitch ? reader.nullTerminatedOrRest().toString() : undefined;
  return {
    capabilities,
    collationId,
    user,
    authData,
    database: database === '' ? undefined : database,
    authPlugin,
    attributes: has(capability.connectAttributes) ? readConnectionAttributes(reader) : new Map(),
  };
}
