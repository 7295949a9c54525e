/** LOAD DATA: the client's bytes, as they come, into rows of a table. */
import { TextDecoder } from 'node:util';
import { GatewayError } from '../base/errors.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { Evaluator } from '../planner/evaluator/environment.ts';
import { longtext, nullType, type SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import type { Inserter } from './insert.ts';
import { type LoadFields, type LoadFormat, LoadParser } from './load-parser.ts';
import type { Given } from './row-builder.ts';

/** Where a field of the file goes: a column, or a number of the expressions' parameters; both is possible. */
export interface LoadTarget {
  /** Index into table.columns. */
  readonly column: number | undefined;
  /** The parameter that SET's expressions read it by. */
  readonly parameter: number;
}

export interface LoadPlan {
  readonly table: TableDef;
  readonly targets: readonly LoadTarget[];
  /** SET: columns and their values. */
  readonly assignments: readonly {
    readonly column: number;
    readonly value: Evaluator | 'default';
    readonly type: SqlType;
  }[];
  readonly format: LoadFormat;
  /** MySQL's name of the file's character set; `binary` keeps the bytes. */
  readonly charset: string;
}

const labels: Readonly<Record<string, string>> = {
  utf8mb4: 'utf-8',
  utf8mb3: 'utf-8',
  utf8: 'utf-8',
  ascii: 'utf-8',
  latin1: 'windows-1252',
  binary: 'latin1',
};

/** Bytes to text as they come. With `binary` each byte is one character, and the fields become bytes again. */
class FieldDecoder {
  readonly #decoder: TextDecoder | undefined;
  readonly #charset: string;

  constructor(charset: string) {
    const label = labels[charset];
    if (label === undefined) throw new GatewayError('UNKNOWN_CHARSET', `Unknown character set: '${charset}'`);
    this.#charset = charset;
    this.#decoder = charset === 'binary' ? undefined : new TextDecoder(label, { fatal: true });
  }

  text(chunk: Uint8Array | undefined): string {
    if (this.#decoder === undefined) return chunk === undefined ? '' : Buffer.from(chunk).toString('latin1');
    try {
      return chunk === undefined ? this.#decoder.decode() : this.#decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new GatewayError(
        'INVALID_CHARACTER_STRING',
        `Invalid ${this.#charset} character string in the file`,
        { cause },
      );
    }
  }

  value(field: string | null): SqlValue {
    return field === null || this.#decoder !== undefined ? field : Buffer.from(field, 'latin1');
  }
}

/** Rows that are added together: clients send packets of any size. */
const batchRows = 4_096;

const bytesType: SqlType = { kind: 'longblob' };

/** A warning for every field that is missing, one for all that are too many. */
function checkCount(plan: LoadPlan, fields: LoadFields, row: number, context: ExecutionContext): void {
  const missing = plan.targets.length - fields.length;
  const warn = ({ errno, message }: GatewayError): void => context.env.warn(errno, message);
  for (let field = 0; field < missing; field++) {
    warn(new GatewayError('ROW_COUNT_FEW_COLUMNS', `Row ${row} doesn't contain data for all columns`));
  }
  if (missing >= 0) return;
  const text = `Row ${row} was truncated; it contained more data than there were input columns`;
  warn(new GatewayError('ROW_COUNT_MANY_COLUMNS', text));
}

/** Reads the content to its end and adds its rows to `inserter`; gives the number of lines that were rows. */
export async function loadRows(
  plan: LoadPlan,
  content: AsyncIterable<Uint8Array>,
  inserter: Inserter,
  context: ExecutionContext,
  parameters: SqlValue[],
): Promise<number> {
  const decoder = new FieldDecoder(plan.charset);
  const parser = new LoadParser(plan.format);
  const fieldType = plan.charset === 'binary' ? bytesType : longtext;
  const types: SqlType[] = plan.table.columns.map(() => nullType);
  for (const { column } of plan.targets) if (column !== undefined) types[column] = fieldType;
  for (const { column, type } of plan.assignments) types[column] = type;
  let count = 0;
  const rowOf = (fields: LoadFields): Row | undefined => {
    count++;
    const given: Given[] = plan.table.columns.map(() => 'absent');
    for (const [index, { column, parameter }] of plan.targets.entries()) {
      const field = fields[index];
      const value = field === undefined ? null : decoder.value(field);
      parameters[parameter] = value;
      if (column !== undefined) given[column] = field === undefined ? 'default' : value;
    }
    for (const { column, value } of plan.assignments)
      given[column] = value === 'default' ? value : value(context.env);
    const row = inserter.builder.build(given, types);
    checkCount(plan, fields, count, context);
    return row;
  };
  let waiting: Row[] = [];
  const take = async (rows: readonly LoadFields[], ended: boolean): Promise<void> => {
    throwIfAborted(context.signal);
    for (const fields of rows) {
      const row = rowOf(fields);
      if (row !== undefined) waiting.push(row);
      if (waiting.length < batchRows) continue;
      await inserter.add(waiting);
      waiting = [];
    }
    if (ended && waiting.length > 0) await inserter.add(waiting);
  };
  for await (const chunk of content) await take(parser.push(decoder.text(chunk)), false);
  await take(parser.push(decoder.text(undefined)), false);
  await take(parser.finish(), true);
  return count;
}
