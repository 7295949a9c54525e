import mysql, { type Connection, type FieldPacket } from 'mysql2/promise';

/** What a client is told about a column. */
export interface ColumnFacts {
  readonly typeId: number;
  readonly binary: boolean;
  readonly flags: number;
  readonly decimals: number;
  readonly length: number;
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
  close(): Promise<void>;
}

interface WireField {
  readonly columnType: number;
  readonly characterSet: number;
  readonly flags: number;
  readonly decimals: number;
  readonly columnLength: number;
}

function factsOf(field: FieldPacket): ColumnFacts {
  const wire = field as unknown as WireField;
  return {
    typeId: wire.columnType,
    binary: wire.characterSet === 63,
    flags: wire.flags,
    decimals: wire.decimals,
    length: wire.columnLength,
  };
}

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
  });
  connection.on('error', () => undefined);
  return {
    async run(sql): Promise<Answer> {
      try {
        const [result, fields] = await connection.query(sql);
        if (fields === undefined || !Array.isArray(result)) {
          return { kind: 'ok', affectedRows: (result as { affectedRows: number }).affectedRows };
        }
        return { kind: 'rows', columns: fields.map(factsOf), rows: result as unknown as (Buffer | null)[][] };
      } catch (error) {
        const { errno, message } = error as { errno?: number; message: string };
        return { kind: 'error', errno: errno ?? 0, message };
      }
    },
    close: () => connection.end(),
  };
}
