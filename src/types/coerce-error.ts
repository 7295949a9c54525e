import { GatewayError } from '../base/errors.ts';
import type { SqlType } from './sql-type.ts';

/** The column that a value is assigned to. */
export interface TargetColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** What a conversion needs to know of the statement. */
export interface CoerceContext {
  /** Number of the row within the statement, from 1, for messages. */
  readonly row: number;
  /** Name of the table, for the message of invalid JSON. */
  readonly table?: string;
  /** Minutes that the session's zone is east of UTC at an instant (microseconds UTC). */
  zoneMinutes(utcUs: bigint): number;
  /** `jump`: a clock that the zone leaves out is the moment of its jump; otherwise it is an error. */
  readonly skippedHours?: 'jump';
  /** The statement's time, microseconds UTC: the day of a TIME assigned to a DATE or DATETIME. */
  readonly nowUs: bigint;
}

/** MySQL cuts values in messages; long ones say nothing more. */
const shown = (value: string): string => (value.length > 128 ? value.slice(0, 128) : value);

const place = (column: TargetColumn, context: Pick<CoerceContext, 'row'>): string =>
  `for column '${column.name}' at row ${context.row}`;

export function outOfRange(column: TargetColumn, context: CoerceContext): GatewayError {
  return new GatewayError('OUT_OF_RANGE_COLUMN', `Out of range value ${place(column, context)}`);
}

export function dataTooLong(column: TargetColumn, context: CoerceContext): GatewayError {
  return new GatewayError('DATA_TOO_LONG', `Data too long ${place(column, context)}`);
}

export function dataTruncated(column: TargetColumn, context: Pick<CoerceContext, 'row'>): GatewayError {
  return new GatewayError('DATA_TRUNCATED', `Data truncated ${place(column, context)}`);
}

/** `kind`: `integer`, `decimal`, `double`, `string`. */
export function wrongValue(
  kind: string,
  value: string,
  column: TargetColumn,
  context: CoerceContext,
): GatewayError {
  return new GatewayError(
    'WRONG_VALUE_FOR_COLUMN',
    `Incorrect ${kind} value: '${shown(value)}' ${place(column, context)}`,
  );
}

/** `kind`: `date`, `datetime`, `time`. */
export function wrongTemporal(
  kind: string,
  value: string,
  column: TargetColumn,
  context: Pick<CoerceContext, 'row'>,
): GatewayError {
  return new GatewayError(
    'WRONG_VALUE_FORMAT',
    `Incorrect ${kind} value: '${shown(value)}' ${place(column, context)}`,
  );
}
