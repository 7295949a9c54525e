/** A MySQL client that keeps every value as the server wrote it. */
import mysql, { type Connection } from 'mysql2/promise';
import { isAnswer, type TpchQuery } from './queries.ts';

export type TypeFamily = 'integer' | 'decimal' | 'real' | 'temporal' | 'text';

export interface Answer {
  readonly names: readonly string[];
  readonly types: readonly TypeFamily[];
  /** Values as the text protocol has them. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** By the type's number in the column definition. */
function familyOf(columnType: number): TypeFamily {
  if ([1, 2, 3, 8, 9, 13].includes(columnType)) return 'integer';
  if (columnType === 0 || columnType === 246) return 'decimal';
  if (columnType === 4 || columnType === 5) return 'real';
  if ([7, 10, 11, 12].includes(columnType)) return 'temporal';
  return 'text';
}

export function connect(port: number, database?: string): Promise<Connection> {
  return mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    ...(database === undefined ? {} : { database }),
    rowsAsArray: true,
    typeCast: (field) => field.string(),
  });
}

/** Runs the query's statements; the answer is that of its SELECT. What follows a failure still runs. */
export async function answer(connection: Connection, query: TpchQuery): Promise<Answer> {
  let found: Answer | undefined;
  let failure: unknown;
  for (const statement of query.statements) {
    try {
      const [rows, fields] = await connection.query(statement);
      if (!isAnswer(statement)) continue;
      found = {
        names: fields.map(({ name }) => name),
        types: fields.map(({ columnType }) => familyOf(columnType ?? -1)),
        rows: (rows as unknown[][]).map((row) => row.map((value) => (value === null ? null : String(value)))),
      };
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  if (found === undefined) throw new Error(`${query.name} has no SELECT`);
  return found;
}
