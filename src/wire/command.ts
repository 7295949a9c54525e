/** Command bytes: the first byte of every request after login. */
export const commandCode = {
  quit: 0x01,
  initDb: 0x02,
  query: 0x03,
  fieldList: 0x04,
  shutdown: 0x08,
  statistics: 0x09,
  processKill: 0x0c,
  debug: 0x0d,
  ping: 0x0e,
  changeUser: 0x11,
  stmtPrepare: 0x16,
  stmtExecute: 0x17,
  stmtSendLongData: 0x18,
  stmtClose: 0x19,
  stmtReset: 0x1a,
  setOption: 0x1b,
  stmtFetch: 0x1c,
  resetConnection: 0x1f,
} as const;

import { PacketReader } from './packet-reader.ts';

/** A request, by its first byte; texts are still in the client's character set. */
export type Command =
  | { readonly kind: 'quit' | 'shutdown' | 'statistics' | 'debug' | 'ping' | 'resetConnection' }
  | { readonly kind: 'initDb'; readonly database: Buffer }
  | { readonly kind: 'query' | 'stmtPrepare'; readonly sql: Buffer }
  /** `wildcard` filters column names; empty for all. */
  | { readonly kind: 'fieldList'; readonly table: Buffer; readonly wildcard: Buffer }
  | { readonly kind: 'processKill'; readonly connectionId: number }
  | { readonly kind: 'changeUser'; readonly body: Buffer }
  /** Decoded once the number of parameters is known; `body` begins behind the statement's id. */
  | { readonly kind: 'stmtExecute'; readonly statementId: number; readonly body: Buffer }
  | {
      readonly kind: 'stmtSendLongData';
      readonly statementId: number;
      readonly parameter: number;
      readonly data: Buffer;
    }
  | { readonly kind: 'stmtClose' | 'stmtReset'; readonly statementId: number }
  /** Rows of the cursor that STMT_EXECUTE opened. */
  | { readonly kind: 'stmtFetch'; readonly statementId: number; readonly rowCount: number }
  | { readonly kind: 'setOption'; readonly multiStatements: boolean }
  | { readonly kind: 'unknown'; readonly code: number };

/**
 * Decodes a request. Throws MALFORMED_PACKET when its body is too short.
 *
 *     INIT_DB            0x02 database:rest
 *     QUERY              0x03 sql:rest
 *     FIELD_LIST         0x04 table:nul wildcard:rest
 *     PROCESS_KILL       0x0C connectionId:u32
 *     CHANGE_USER        0x11 see change-user.ts
 *     STMT_PREPARE       0x16 sql:rest
 *     STMT_EXECUTE       0x17 statementId:u32, see execute-request.ts
 *     STMT_SEND_LONG_DATA 0x18 statementId:u32 parameter:u16 data:rest
 *     STMT_CLOSE, STMT_RESET  0x19, 0x1A statementId:u32
 *     STMT_FETCH         0x1C statementId:u32 rowCount:u32
 *     SET_OPTION         0x1B option:u16 (0: multi statements on, 1: off)
 */
export function readCommand(payload: Buffer): Command {
  const reader = new PacketReader(payload);
  const code = reader.uint8();
  switch (code) {
    case commandCode.query:
      return { kind: 'query', sql: reader.rest() };
    case commandCode.stmtExecute:
      return { kind: 'stmtExecute', statementId: reader.uint32(), body: reader.rest() };
    case commandCode.stmtPrepare:
      return { kind: 'stmtPrepare', sql: reader.rest() };
    case commandCode.stmtClose:
      return { kind: 'stmtClose', statementId: reader.uint32() };
    case commandCode.stmtReset:
      return { kind: 'stmtReset', statementId: reader.uint32() };
    case commandCode.stmtFetch:
      return { kind: 'stmtFetch', statementId: reader.uint32(), rowCount: reader.uint32() };
    case commandCode.stmtSendLongData:
      return {
        kind: 'stmtSendLongData',
        statementId: reader.uint32(),
        parameter: reader.uint16(),
        data: reader.rest(),
      };
    case commandCode.initDb:
      return { kind: 'initDb', database: reader.rest() };
    case commandCode.fieldList:
      return { kind: 'fieldList', table: reader.nullTerminatedOrRest(), wildcard: reader.rest() };
    case commandCode.processKill:
      return { kind: 'processKill', connectionId: reader.uint32() };
    case commandCode.changeUser:
      return { kind: 'changeUser', body: reader.rest() };
    case commandCode.setOption:
      return readSetOption(reader);
    default:
      return { kind: plainCommands.get(code) ?? 'unknown', code };
  }
}

const plainCommands = new Map<
  number,
  'quit' | 'shutdown' | 'statistics' | 'debug' | 'ping' | 'resetConnection'
>([
  [commandCode.quit, 'quit'],
  [commandCode.shutdown, 'shutdown'],
  [commandCode.statistics, 'statistics'],
  [commandCode.debug, 'debug'],
  [commandCode.ping, 'ping'],
  [commandCode.resetConnection, 'resetConnection'],
]);

function readSetOption(reader: PacketReader): Command {
  const option = reader.uint16();
  return option > 1
    ? { kind: 'unknown', code: commandCode.setOption }
    : { kind: 'setOption', multiStatements: option === 0 };
}
