import type { Readable } from 'node:stream';
import mysql, { type Connection, type FieldPacket } from 'mysql2/promise';

/** What a client is told about a column. */
export interface ColumnFacts {
  readonly typeId: number;
  readonly binary: boolean;
  readonly flags: number;
  readonly decimals: number;
  readonly length: number;
  /** `table.column` of the stored column that it is; empty for an expression. */
  readonly stored: string;
}

export type Answer =
  | {
      readonly kind: 'rows';
      readonly columns: readonly ColumnFacts[];
      readonly rows: readonly (readonly (Buffer | null)[])[];
    }
  | { readonly kind: 'ok'; readonly affectedRows: number }
  | { readonly kind: 'error'; readonly errno: number; readonly message: string };

/** One of the two servers that a statement runs on. */
export interface Side {
  run(sql: string): Promise<Answer>;
  /** Prepares it and runs it over the binary protocol; values are the text of what the driver reads. */
  execute(sql: string, parameters: readonly (string | number)[]): Promise<Answer>;
  /** LOAD DATA LOCAL of fields between bars, into all columns of a table. */
  load(table: string, open: () => Readable): Promise<Answer>;
  close(): Promise<void>;
}

interface WireField {
  readonly columnType: number;
  readonly characterSet: number;
  readonly flags: number;
  readonly decimals: number;
  readonly columnLength: number;
  readonly orgTable: string;
  readonly orgName: string;
}

function factsOf(field: FieldPacket): ColumnFacts {
  const wire = field as unknown as WireField;
  return {
    typeId: wire.columnType,
    binary: wire.characterSet === 63,
    flags: wire.flags,
    decimals: wire.decimals,
    length: wire.columnLength,
    stored: wire.orgName === '' ? '' : `${wire.orgTable}.${wire.orgName}`,
  };
}

/** The driver's own reading, without rounding: integers and decimals as texts, JSON as a text. */
const binaryOptions = {
  rowsAsArray: true,
  typeCast: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  jsonStrings: true,
} as const;

/** A connection whose values are the bytes of the text protocol. */
export async function openSide(port: number, database?: string): Promise<Side> {
  const connection: Connection = await mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    ...(database === undefined ? {} : { database }),
    rowsAsArray: true,
    typeCast: false,
    charset: 'utf8mb4_bin',
    flags: ['-FOUND_ROWS'],
    maxPreparedStatements: 20,
  });
  connection.on('error', () => undefined);
  // Literals compare as columns without a collation do: the two servers' own collation by bytes.
  await connection.query('SET collation_connection = @@collation_server');
  const answerOf = async (
    ask: () => Promise<[unknown, FieldPacket[] | undefined]>,
    bytesOf: (value: unknown) => Buffer | null,
  ): Promise<Answer> => {
    try {
      const [result, fields] = await ask();
      if (fields === undefined || !Array.isArray(result)) {
        return { kind: 'ok', affectedRows: (result as { affectedRows: number }).affectedRows };
      }
      const rows = (result as unknown[][]).map((row) => row.map(bytesOf));
      return { kind: 'rows', columns: fields.map(factsOf), rows };
    } catch (error) {
      const { errno, message } = error as { errno?: number; message: string };
      return { kind: 'error', errno: errno ?? 0, message };
    }
  };
  return {
    run: (sql) =>
      answerOf(
        () => connection.query(sql),
        (value) => value as Buffer | null,
      ),
    execute: (sql, parameters) =>
      answerOf(
        () => connection.execute({ sql, ...binaryOptions }, [...parameters]),
        (value) =>
          value === null ? null : Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8'),
      ),
    load: (table, open) =>
      answerOf(
        () =>
          connection.query({
            sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} FIELDS TERMINATED BY '|'`,
            infileStreamFactory: open,
          }),
        (value) => value as Buffer | null,
      ),
    close: () => connection.end(),
  };
}
