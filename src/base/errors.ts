/**
 * Every failure that a client may see is a GatewayError of one of these codes. The numbers and
 * SQLSTATEs are MySQL 8.0's (Server Error Message Reference); 50,000 and above are ours, a range
 * that no client library uses.
 */
export const errorCodes = {
  // connection and protocol
  TOO_MANY_CONNECTIONS: [1040, '08004'],
  HANDSHAKE_ERROR: [1043, '08S01'],
  ACCESS_DENIED_DATABASE: [1044, '42000'],
  ACCESS_DENIED: [1045, '28000'],
  NO_DATABASE: [1046, '3D000'],
  UNKNOWN_COMMAND: [1047, '08S01'],
  SERVER_SHUTDOWN: [1053, '08S01'],
  PACKET_TOO_LARGE: [1153, '08S01'],
  PACKETS_OUT_OF_ORDER: [1156, '08S01'],
  MALFORMED_PACKET: [1835, 'HY000'],
  LOCAL_INFILE_DISABLED: [3948, '42000'],
  UNKNOWN_AUTH_PLUGIN: [1524, 'HY000'],
  SECURE_TRANSPORT_REQUIRED: [3159, 'HY000'],
  INVALID_CHARACTER_STRING: [1300, 'HY000'],
  NO_OPEN_CURSOR: [1421, 'HY000'],
  // names
  UNKNOWN_DATABASE: [1049, '42000'],
  DATABASE_EXISTS: [1007, 'HY000'],
  DATABASE_MISSING: [1008, 'HY000'],
  TABLE_EXISTS: [1050, '42S01'],
  UNKNOWN_TABLE_DROP: [1051, '42S02'],
  NON_UNIQUE_COLUMN: [1052, '23000'],
  UNKNOWN_COLUMN: [1054, '42S22'],
  DUPLICATE_COLUMN: [1060, '42S21'],
  DUPLICATE_KEY_NAME: [1061, '42000'],
  NON_UNIQUE_TABLE: [1066, '42000'],
  UNKNOWN_TABLE: [1109, '42S02'],
  NO_SUCH_TABLE: [1146, '42S02'],
  UNKNOWN_THREAD: [1094, 'HY000'],
  KILL_DENIED: [1095, 'HY000'],
  UNKNOWN_CHARSET: [1115, '42000'],
  UNKNOWN_COLLATION: [1273, 'HY000'],
  UNKNOWN_TIME_ZONE: [1298, 'HY000'],
  COLLATION_CHARSET_MISMATCH: [1253, '42000'],
  UNKNOWN_SYSTEM_VARIABLE: [1193, 'HY000'],
  UNKNOWN_FUNCTION: [1305, '42000'],
  UNKNOWN_PREPARED_STATEMENT: [1243, 'HY000'],
  SERVER_EXISTS: [1476, 'HY000'],
  SERVER_MISSING: [1477, 'HY000'],
  NOT_BASE_TABLE: [1347, 'HY000'],
  VIEW_INVALID: [1356, 'HY000'],
  VIEW_COLUMN_COUNT: [1353, 'HY000'],
  CANNOT_DROP_COLUMN: [1091, '42000'],
  KEY_COLUMN_MISSING: [1072, '42000'],
  MULTIPLE_PRIMARY_KEY: [1068, '42000'],
  INVALID_IDENTIFIER: [1103, '42000'],
  IDENTIFIER_TOO_LONG: [1059, '42000'],
  // statements
  SYNTAX_ERROR: [1064, '42000'],
  EMPTY_QUERY: [1065, '42000'],
  NOT_SUPPORTED: [1235, '42000'],
  WRONG_ARGUMENTS: [1210, 'HY000'],
  WRONG_PARAMETER_COUNT: [1582, '42000'],
  COLUMN_COUNT_MISMATCH: [1136, '21S01'],
  SET_OPERATION_COLUMN_COUNT: [1222, '21000'],
  WRONG_GROUP_FIELD: [1056, '42000'],
  NOT_IN_GROUP_BY: [1055, '42000'],
  INVALID_GROUP_FUNCTION_USE: [1111, 'HY000'],
  MIX_OF_GROUP_FUNCTION: [1140, '42000'],
  ORDER_BY_NOT_SELECTED: [3065, 'HY000'],
  WINDOW_FUNCTION_MISPLACED: [3593, 'HY000'],
  UNKNOWN_WINDOW: [3579, 'HY000'],
  OPERAND_COLUMNS: [1241, '21000'],
  SUBQUERY_MORE_THAN_ONE_ROW: [1242, '21000'],
  DERIVED_TABLE_ALIAS: [1248, '42000'],
  NON_UPDATABLE_TABLE: [1288, 'HY000'],
  COLUMN_SPECIFIED_TWICE: [1110, '42000'],
  CANNOT_PREPARE: [1295, 'HY000'],
  WRONG_SCOPE_VARIABLE: [1238, 'HY000'],
  GLOBAL_VARIABLE: [1229, 'HY000'],
  SESSION_VARIABLE_READ_ONLY: [1621, 'HY000'],
  LOCAL_VARIABLE: [1228, 'HY000'],
  WRONG_VALUE_FOR_VARIABLE: [1231, '42000'],
  WRONG_TYPE_FOR_VARIABLE: [1232, '42000'],
  TOO_MANY_PREPARED_STATEMENTS: [1461, '42000'],
  TOO_MANY_PLACEHOLDERS: [1390, 'HY000'],
  PRIMARY_KEY_REQUIRED: [3750, 'HY000'],
  PRIMARY_KEY_NULLABLE: [1171, '42000'],
  BLOB_KEY_WITHOUT_LENGTH: [1170, '42000'],
  KEY_TOO_LONG: [1071, '42000'],
  CANNOT_DROP_ALL_COLUMNS: [1090, '42000'],
  TOO_MANY_TABLES: [1116, 'HY000'],
  RECURSION_LIMIT: [3636, 'HY000'],
  FILE_NOT_ALLOWED: [1290, 'HY000'],
  ACCESS_DENIED_COMMAND: [1227, '42000'],
  TABLE_ACCESS_DENIED: [1142, '42000'],
  // values
  COLUMN_NOT_NULL: [1048, '23000'],
  DUPLICATE_ENTRY: [1062, '23000'],
  NO_DEFAULT: [1364, 'HY000'],
  INVALID_DEFAULT: [1067, '42000'],
  OUT_OF_RANGE_COLUMN: [1264, '22003'],
  OUT_OF_RANGE_EXPRESSION: [1690, '22003'],
  WRONG_VALUE_FORMAT: [1292, '22007'],
  WRONG_VALUE: [1525, 'HY000'],
  WRONG_VALUE_FOR_COLUMN: [1366, 'HY000'],
  DATA_TOO_LONG: [1406, '22001'],
  DATA_TRUNCATED: [1265, '01000'],
  DIVISION_BY_ZERO: [1365, '22012'],
  WRONG_COLUMN_TYPE: [1063, '42000'],
  COLUMN_LENGTH_TOO_BIG: [1074, '42000'],
  DECIMAL_PRECISION_TOO_BIG: [1426, '42000'],
  DECIMAL_SCALE_TOO_BIG: [1425, '42000'],
  ROW_COUNT_FEW_COLUMNS: [1261, '01000'],
  ROW_COUNT_MANY_COLUMNS: [1262, '01000'],
  INVALID_JSON: [3140, '22032'],
  CHECK_CONSTRAINT: [3819, 'HY000'],
  // execution
  LOCK_WAIT_TIMEOUT: [1205, 'HY000'],
  WRITE_CONFLICT: [1213, '40001'],
  TABLE_DEFINITION_CHANGED: [1412, 'HY000'],
  READ_ONLY_TRANSACTION: [1792, '25006'],
  READ_ONLY_SERVER: [1290, 'HY000'],
  QUERY_INTERRUPTED: [1317, '70100'],
  QUERY_TIMEOUT: [3024, 'HY000'],
  OUT_OF_RESOURCES: [1041, 'HY000'],
  STORAGE_ERROR: [1030, 'HY000'],
  EXTERNAL_CONNECT_ERROR: [1429, 'HY000'],
  EXTERNAL_QUERY_ERROR: [1430, 'HY000'],
  INTERNAL: [1105, 'HY000'],
  // time travel (ours)
  POINT_IN_FUTURE: [50001, 'HY000'],
  POINT_BEFORE_HISTORY: [50002, 'HY000'],
  NOT_VERSIONED: [50003, 'HY000'],
  INVALID_INTERVAL: [50004, 'HY000'],
} as const satisfies Record<string, readonly [errno: number, sqlState: string]>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorPosition {
  /** Offset in the statement's text, in UTF-16 code units. */
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** A failure with a MySQL error number; `message` is what the client is shown and holds no secret. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly errno: number;
  readonly sqlState: string;
  readonly position: ErrorPosition | undefined;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; position?: ErrorPosition }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    [this.errno, this.sqlState] = errorCodes[code];
    this.position = options?.position;
  }
}

/** Valid MySQL that the gateway does not do: error 1235 naming the feature. */
export function notSupported(feature: string): GatewayError {
  return new GatewayError('NOT_SUPPORTED', `This version of Tidegate doesn't yet support '${feature}'`);
}
