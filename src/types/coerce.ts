/**
 * Assignment of a value to a column, as MySQL does it in strict mode (STRICT_TRANS_TABLES, NO_ZERO_DATE,
 * NO_ZERO_IN_DATE): what does not fit is an error and never a changed value, but for rounding and for
 * trailing spaces. Checked against MariaDB 10.11 in that mode; messages are MySQL 8.0's.
 */
import { AssertionError } from '../base/assert.ts';
import type { CoerceContext, TargetColumn } from './coerce-error.ts';
import {
  coerceToDecimal,
  coerceToInteger,
  coerceToReal,
  coerceToYear,
  wholeNumber,
} from './coerce-number.ts';
import { coerceToDate, coerceToDatetime, coerceToTime, coerceToTimestamp } from './coerce-temporal.ts';
import {
  coerceToBit,
  coerceToBytes,
  coerceToEnum,
  coerceToSet,
  coerceToText,
  textOfValue,
} from './coerce-text.ts';
import { normalizeJson } from './json-text.ts';
import { memberNumber } from './members.ts';
import { bigint, type SqlType, typeClass } from './sql-type.ts';
import type { SqlValue } from './value.ts';

/** Types whose values are taken over as they are. */
function sameValues(from: SqlType, to: SqlType): boolean {
  if (from === to) return true;
  if (from.kind !== to.kind) return false;
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return 'unsigned' in from && from.unsigned === to.unsigned;
    case 'double':
    case 'date':
      return true;
    case 'datetime':
    case 'timestamp':
    case 'time':
      return 'fsp' in from && from.fsp <= to.fsp;
    default:
      return false;
  }
}

/**
 * The value as the column stores it. `from` is the value's own type. NULL passes: whether the column takes
 * it is the caller's question. Errors: 1264, 1265, 1292, 1366, 1406, 3140, naming column and row.
 */
export function coerceValue(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): SqlValue {
  if (value === null || sameValues(from, column.type)) return value;
  const to = column.type;
  if ((from.kind === 'enum' || from.kind === 'set') && isNumeric(to)) {
    return coerceValue(memberNumber(from)(String(value)), bigint(true), column, context);
  }
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return coerceToInteger(value, from, column, context);
    case 'year':
      return coerceToYear(value, from, column, context);
    case 'decimal':
      return coerceToDecimal(value, from, column, context);
    case 'float':
    case 'double':
      return coerceToReal(value, from, column, context);
    case 'date':
      return coerceToDate(value, from, column, context);
    case 'datetime':
      return coerceToDatetime(value, from, column, context);
    case 'timestamp':
      return coerceToTimestamp(value, from, column, context);
    case 'time':
      return coerceToTime(value, from, column, context);
    case 'enum':
      return coerceToEnum(value, from, column, context);
    case 'set':
      return coerceToSet(value, from, column, context);
    case 'bit':
      return coerceToBit(value, from, column, context, () => wholeNumber(value, from, column, context));
    case 'json':
      return coerceToJson(value, from, column, context);
    case 'null':
      throw new AssertionError('a column has no type');
    default:
      return typeClass(to) === 'binary'
        ? coerceToBytes(value, from, column, context)
        : coerceToText(value, from, column, context);
  }
}

/** Columns that take the number of an ENUM's or SET's value, not its text. */
const isNumeric = (to: SqlType): boolean => /^(?:integer|decimal|real|bit)$/.test(typeClass(to));

/** JSON: text is parsed and normalised; numbers and temporal values become JSON scalars. */
function coerceToJson(value: SqlValue, from: SqlType, column: TargetColumn, context: CoerceContext): string {
  if (from.kind === 'json') return value as string;
  const where = `${context.table === undefined ? '' : `${context.table}.`}${column.name}`;
  switch (typeClass(from)) {
    case 'integer':
    case 'bit':
      return String(value);
    case 'temporal':
      return JSON.stringify(textOfValue(value, from, context));
    default:
      return normalizeJson(textOfValue(value, from, context), { kind: 'column', name: where });
  }
}
