import mysql, { type Connection, type FieldPacket, type QueryOptions } from 'mysql2/promise';
import type { Outcome, SltConnection } from './slt.ts';

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function outcomeOf(result: unknown, fields: readonly FieldPacket[] | undefined): Outcome {
  if (fields === undefined || !Array.isArray(result)) {
    const { affectedRows } = result as { affectedRows: number };
    return { kind: 'ok', affectedRows };
  }
  const rows = (result as unknown[][]).map((row) => row.map(textOf));
  return { kind: 'rows', rows, columnCount: fields.length };
}

/** A connection for scripts over the MySQL protocol, text or prepared, that shows every value as text. */
export async function mysqlConnection(
  target: { readonly port: number; readonly database?: string },
  protocol: 'text' | 'prepared',
): Promise<SltConnection> {
  const connection: Connection = await mysql.createConnection({
    host: '127.0.0.1',
    port: target.port,
    user: 'root',
    ...(target.database === undefined ? {} : { database: target.database }),
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    charset: 'utf8mb4_bin',
    flags: ['-FOUND_ROWS'],
  });
  connection.on('error', () => undefined);
  const run = async (sql: string): Promise<Outcome> => {
    const options: QueryOptions = { sql };
    try {
      if (protocol === 'prepared') {
        try {
          const [result, fields] = await connection.execute(options);
          return outcomeOf(result, fields);
        } catch (error) {
          // Not preparable: such a statement goes as text.
          if ((error as { errno?: number }).errno !== 1295) throw error;
        }
      }
      const [result, fields] = await connection.query(options);
      return outcomeOf(result, fields);
    } catch (error) {
      const { errno, message } = error as { errno?: number; message: string };
      return { kind: 'error', errno: errno ?? 0, message };
    }
  };
  return { run, close: () => connection.end() };
}
