import { GatewayError } from '../base/errors.ts';
import type { ColumnDef, TableDef } from '../catalog/schema.ts';
import type { QueryPlan } from '../planner/plan.ts';
import { dataTruncated, wrongTemporal } from '../types/coerce-error.ts';
import { implicitValue } from '../types/coerce-lenient.ts';
import { bigint, nullType, type SqlType, typeClass } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { Inserter, type InsertOptions, type WriteOutcome } from './insert.ts';
import type { Overlay } from './overlay.ts';
import { executeQuery } from './query.ts';
import type { Given } from './row-builder.ts';

/** Where a column of the new table gets its values: a column of the query, one value, or its default. */
export type CopySource =
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'value'; readonly value: SqlValue }
  | { readonly kind: 'default' };

/** ALTER TABLE that writes all rows anew: `source` gives the old rows, `columns` are those of `table`. */
export async function copyRows(
  source: QueryPlan,
  table: TableDef,
  columns: readonly CopySource[],
  context: ExecutionContext,
  overlay: Overlay,
  options: InsertOptions,
): Promise<WriteOutcome> {
  const inserter = new Inserter(table, { mode: 'insert', onDuplicate: null }, context, overlay, options);
  const types = columns.map((from, index): SqlType => {
    if (from.kind === 'slot') return copiedType(source.columns[from.slot]!.type, table.columns[index]!.type);
    return from.kind === 'value' ? table.columns[index]!.type : nullType;
  });
  const result = await executeQuery(source, context);
  let row = 0;
  try {
    for await (const batch of result.batches) {
      throwIfAborted(context.signal);
      const rows = [];
      for (let at = 0; at < batch.rowCount; at++) {
        row++;
        let rowTypes = types;
        const given = columns.map((from, index): Given => {
          const column = table.columns[index]!;
          if (from.kind === 'default') return defaultOf(column, row);
          const value = from.kind === 'value' ? from.value : batch.columns[from.slot]!.get(at);
          if (value === null && takesNoNull(column)) {
            // What stands for the NULL has the column's own type, not that of the query.
            rowTypes = rowTypes.with(index, column.type);
            return replacedNull(column, row, context, options);
          }
          if (value === null) return value;
          checkLength(value, types[index]!, column, row, options);
          if (column.type.kind !== 'bit' || !isText(types[index]!)) return value;
          rowTypes = rowTypes.with(index, bigint(true));
          const number = { name: column.name, type: bigint(true) };
          const { builder } = inserter;
          return builder.convertTo(number, value, types[index]!, { ...builder.coerceContext, row });
        });
        const built = inserter.builder.build(given, rowTypes);
        if (built !== undefined) rows.push(built);
      }
      await inserter.add(rows);
    }
  } catch (error) {
    await inserter.abort();
    throw error;
  }
  return { ...inserter.outcome(), info: `Records: ${row}  Duplicates: 0  Warnings: 0` };
}

/** ALTER TABLE takes BIT for a number, also where it becomes CHAR; an INSERT, TEXT and BLOB take its bytes. */
const copiedType = (type: SqlType, to: SqlType): SqlType =>
  type.kind === 'bit' && !/text$|blob$/.test(to.kind) ? bigint(true) : type;

const isText = (type: SqlType): boolean => /^(?:string|binary|json)$/.test(typeClass(type));

const takesNoNull = ({ nullable, autoIncrement, generated }: ColumnDef): boolean =>
  !nullable && autoIncrement !== true && generated === undefined;

/** A text that gets too long by ALTER TABLE is error 1265 where an INSERT of it is 1406. */
function checkLength(
  value: string | number | bigint | Uint8Array,
  from: SqlType,
  column: ColumnDef,
  row: number,
  options: InsertOptions,
): void {
  const { type } = column;
  if (options.lenience !== 'strict' || from.kind !== type.kind) return;
  if (type.kind === 'varchar') {
    if ([...String(value).replace(/ +$/, '')].length > type.length) throw dataTruncated(column, { row });
  } else if (type.kind === 'varbinary' && (value as Uint8Array).length > type.length) {
    throw dataTruncated(column, { row });
  }
}

/** A date that takes no NULL and has no default would be MySQL's zero date, which is no date: error 1292. */
function defaultOf(column: ColumnDef, row: number): Given {
  const { default: byDefault, type } = column;
  if (!takesNoNull(column) || byDefault !== undefined || implicitValue(type) !== undefined) return 'default';
  const zero = type.kind === 'date' ? '0000-00-00' : '0000-00-00 00:00:00';
  throw wrongTemporal(type.kind === 'date' ? 'date' : 'datetime', zero, column, { row });
}

/** Error 1138 in strict mode; else the type's own value and a warning. */
function replacedNull(
  column: ColumnDef,
  row: number,
  context: ExecutionContext,
  options: InsertOptions,
): SqlValue {
  const value = implicitValue(column.type);
  if (options.lenience === 'strict' || value === undefined) {
    throw new GatewayError('INVALID_USE_OF_NULL', 'Invalid use of NULL value');
  }
  context.env.warn(1265, `Data truncated for column '${column.name}' at row ${row}`);
  return value;
}
