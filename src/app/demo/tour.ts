/** Runs the demo's statements through an ordinary client connection and prints what a newcomer would see. */
import mysql, {
  type Connection,
  type FieldPacket,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { type DemoStep, setupChapters } from './steps.ts';
import { tableText } from './table-text.ts';

const rowsShown = 12;
const progressEveryMs = 1_000;

export interface TourOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly filesDirectory: string;
  readonly write: (text: string) => void;
}

/** A dot a second while a statement runs. */
async function withProgress<T>(write: (text: string) => void, work: Promise<T>): Promise<T> {
  let dots = 0;
  const timer = setInterval(() => {
    dots += 1;
    write(dots === 1 ? '  working .' : '.');
  }, progressEveryMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (dots > 0) write('\n');
  }
}

type Answer = [RowDataPacket[] | ResultSetHeader, FieldPacket[] | undefined];

async function ask(connection: Connection, sql: string): Promise<Answer> {
  return (await connection.query({ sql, rowsAsArray: true })) as Answer;
}

/** The lines of EXPLAIN that name route and reason. */
async function explainText(connection: Connection, sql: string): Promise<string> {
  const [rows] = await ask(connection, `EXPLAIN ${sql}`);
  const lines = (rows as RowDataPacket[]).map((row) => String(Object.values(row)[0]));
  return lines.length === 0 ? '' : `  ${lines[0]}`;
}

async function runStep(connection: Connection, step: DemoStep, write: (text: string) => void): Promise<void> {
  if (step.title) write(`\n── ${step.title}\n`);
  write(`${step.sql.replaceAll(/^/gm, '  ')};\n`);
  if (step.explain) write(`${await explainText(connection, step.sql)}\n`);
  const startMs = performance.now();
  const [result, fields] = await withProgress(write, ask(connection, step.sql));
  const tookMs = performance.now() - startMs;
  if (Array.isArray(result)) {
    const columns = (fields ?? []).map((field) => field.name);
    write(`${tableText(columns, result as unknown[][], rowsShown)}\n`);
    write(`  ${result.length} ${result.length === 1 ? 'row' : 'rows'}, ${tookMs.toFixed(1)} ms\n`);
  } else {
    // mysql2 leaves the length byte before the text.
    const info = /[A-Z][\w :]+/.exec(result.info ?? '')?.[0];
    write(`  OK, ${result.affectedRows} rows affected${info ? ` (${info})` : ''}, ${tookMs.toFixed(1)} ms\n`);
  }
}

/** Runs every chapter; rejects with the failing statement's error. */
export async function runTour(options: TourOptions): Promise<void> {
  const { write } = options;
  const connection = await mysql.createConnection({
    host: options.host,
    port: options.port,
    user: 'root',
    password: options.password,
    dateStrings: true,
    supportBigNumbers: true,
  });
  try {
    for (const [index, chapter] of setupChapters(options.filesDirectory).entries()) {
      write(`\n${index + 1}. ${chapter.title}\n`);
      for (const step of chapter.steps) await runStep(connection, step, write);
    }
  } finally {
    await connection.end();
  }
}
