import type { SqlType } from '../../types/sql-type.ts';
import { formatDate, formatDatetime, formatTime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import type { ColumnDef } from '../schema.ts';

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex').toUpperCase()}`;

/** A constant default as COLUMN_DEFAULT shows it: the bare text, `b'101'` for bits, `0x…` for bytes. */
function constantText(type: SqlType, value: Exclude<SqlValue, null>): string {
  if (type.kind === 'bit' && typeof value === 'bigint') return `b'${value.toString(2)}'`;
  if (type.kind === 'date' && typeof value === 'number') return formatDate(value);
  if (typeof value === 'bigint') {
    if (type.kind === 'datetime' || type.kind === 'timestamp') return formatDatetime(value, type.fsp);
    if (type.kind === 'time') return formatTime(value, type.fsp);
  }
  return value instanceof Uint8Array ? hex(value) : String(value);
}

/** COLUMN_DEFAULT of information_schema, and the Default of SHOW COLUMNS; null for no default and for NULL. */
export function defaultText(column: ColumnDef): string | null {
  const { default: byDefault, type } = column;
  if (byDefault === undefined) return null;
  if (byDefault.kind === 'now') return `CURRENT_TIMESTAMP${byDefault.fsp === 0 ? '' : `(${byDefault.fsp})`}`;
  if (byDefault.kind === 'expression') return byDefault.text;
  return byDefault.value === null ? null : constantText(type, byDefault.value);
}

/** The default as a DEFAULT clause spells it, so that it reads back as the same value; null for none. */
export function defaultClause(column: ColumnDef): string | null {
  const text = defaultText(column);
  if (text === null) return null;
  if (column.default?.kind === 'expression') return `(${text})`;
  const isBare =
    column.default?.kind === 'now' ||
    (/^(b'|0x)/.test(text) && (column.type.kind === 'bit' || isBytes(column)));
  return isBare ? text : `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`;
}

const isBytes = (column: ColumnDef): boolean =>
  column.default?.kind === 'constant' && column.default.value instanceof Uint8Array;
