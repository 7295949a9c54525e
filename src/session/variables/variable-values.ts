/** From the value of a SET to what a system variable stores, and from there to a result or to SHOW. */
import { assertNever } from '../../base/assert.ts';
import { GatewayError, notSupported } from '../../base/errors.ts';
import { findCharacterSet, findCollation, findCollationById } from '../../catalog/metadata/charsets.ts';
import { findTimeZone, instantOf, type TimeZone } from '../../time/time-zone.ts';
import { type SqlType, typeClass, varchar } from '../../types/sql-type.ts';
import { formatDatetime, hasOffset, microsPerDay, parseDatetime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import type { StatementWarning } from '../warning.ts';
import { normalizeSqlMode } from './sql-mode.ts';
import { findVariable, type VariableDef, type VariableValue } from './variables-table.ts';

/** A value that the caller has evaluated, with the type of its expression. */
export interface TypedValue {
  readonly type: SqlType;
  readonly value: SqlValue;
}

export interface AssignmentContext {
  /** For times without a zone. */
  readonly timeZone: TimeZone;
  /** STRICT_ALL_TABLES: an integer out of range is an error, not cut to the range. */
  readonly strict: boolean;
  warn(warning: StatementWarning): void;
}

export const wrongValue = (name: string, value: SqlValue): GatewayError =>
  new GatewayError(
    'WRONG_VALUE_FOR_VARIABLE',
    `Variable '${name}' can't be set to the value of '${value === null ? 'NULL' : textOfAny(value)}'`,
  );

const wrongType = (name: string): GatewayError =>
  new GatewayError('WRONG_TYPE_FOR_VARIABLE', `Incorrect argument type to variable '${name}'`);

const textOfAny = (value: SqlValue): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);

/** The integer of an integer expression (year and boolean too); undefined for every other type. */
function integerOf({ type, value }: TypedValue): bigint | undefined {
  if (typeClass(type) !== 'integer' && type.kind !== 'bit') return undefined;
  return typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : undefined;
}

/** The text of a string expression; undefined for every other type. */
function stringOf({ type, value }: TypedValue): string | undefined {
  const family = typeClass(type);
  if (family !== 'string' && family !== 'binary') return undefined;
  return value === null ? undefined : textOfAny(value);
}

function booleanValue(name: string, given: TypedValue): bigint {
  const number = integerOf(given);
  if (number === 0n || number === 1n) return number;
  const word = stringOf(given)?.toUpperCase();
  if (word === 'ON' || word === 'TRUE') return 1n;
  if (word === 'OFF' || word === 'FALSE') return 0n;
  if (number === undefined && word === undefined && given.value !== null) throw wrongType(name);
  throw wrongValue(name, given.value);
}

function integerValue(
  name: string,
  range: { readonly min: bigint; readonly max: bigint },
  given: TypedValue,
  context: AssignmentContext,
): bigint {
  const number = integerOf(given);
  if (number === undefined) throw wrongType(name);
  const tooSmall = number < range.min;
  if (!tooSmall && number <= range.max) return number;
  if (context.strict) throw wrongValue(name, number);
  context.warn({
    level: 'Warning',
    errno: 1292,
    message: `Truncated incorrect ${name} value: '${number}'`,
  });
  return tooSmall ? range.min : range.max;
}

function doubleValue(
  name: string,
  range: { readonly min: number; readonly max: number },
  given: TypedValue,
): number {
  const family = typeClass(given.type);
  if (given.value === null || !['integer', 'decimal', 'real', 'bit'].includes(family)) throw wrongType(name);
  const number = Number(given.value);
  if (number < range.min || number > range.max) throw wrongValue(name, given.value);
  return number;
}

function choiceValue(name: string, choices: readonly string[], given: TypedValue): string {
  const number = integerOf(given);
  const word = number === undefined ? stringOf(given)?.toUpperCase() : choices[Number(number)]?.toUpperCase();
  const chosen = choices.find((choice) => choice.toUpperCase() === word);
  if (chosen !== undefined) return chosen;
  if (number === undefined && word === undefined && given.value !== null) throw wrongType(name);
  throw wrongValue(name, given.value);
}

function characterSetValue(name: string, given: TypedValue): string | null {
  if (given.value === null && name === 'character_set_results') return null;
  const number = integerOf(given);
  const word = number === undefined ? stringOf(given) : findCollationById(Number(number))?.characterSet;
  if (word === undefined && number === undefined) throw wrongValue(name, given.value);
  const set = word === undefined ? undefined : findCharacterSet(word);
  if (set === undefined) {
    throw new GatewayError('UNKNOWN_CHARSET', `Unknown character set: '${word ?? String(number)}'`);
  }
  return set.name;
}

function collationValue(name: string, given: TypedValue): string {
  const number = integerOf(given);
  const word = stringOf(given);
  if (number === undefined && word === undefined) throw wrongValue(name, given.value);
  const collation = word === undefined ? findCollationById(Number(number)) : findCollation(word);
  if (collation === undefined) {
    throw new GatewayError('UNKNOWN_COLLATION', `Unknown collation: '${word ?? String(number)}'`);
  }
  return collation.name;
}

function timeZoneValue(given: TypedValue): string {
  const name = stringOf(given);
  if (name === undefined) throw wrongValue('time_zone', given.value);
  if (findTimeZone(name) === undefined) {
    throw new GatewayError('UNKNOWN_TIME_ZONE', `Unknown or incorrect time zone: '${name}'`);
  }
  return name.toUpperCase() === 'SYSTEM' ? 'SYSTEM' : name;
}

/**
 * `as_of`: NULL, a version, or a time, which is kept as text of UTC with a trailing `Z`. What the text of a
 * time may look like is what `AS OF TIMESTAMP` takes.
 */
function pointValue(given: TypedValue, context: AssignmentContext): VariableValue {
  if (given.value === null) return null;
  const version = integerOf(given);
  if (version !== undefined) {
    if (version < 0n) throw wrongValue('as_of', version);
    return version;
  }
  return `${formatDatetime(instantOfValue(given, context.timeZone), 6)}Z`;
}

function instantOfValue(given: TypedValue, zone: TimeZone): bigint {
  const { type, value } = given;
  if (type.kind === 'timestamp' && typeof value === 'bigint') return value;
  if (type.kind === 'datetime' && typeof value === 'bigint') return instantOf(zone, value);
  if (type.kind === 'date' && typeof value === 'number') return instantOf(zone, BigInt(value) * microsPerDay);
  // A trailing Z is an offset too.
  const text = stringOf(given)?.trim().replace(/Z$/i, '+00:00');
  const us = text === undefined ? undefined : parseDatetime(text);
  if (text === undefined || us === undefined) throw wrongValue('as_of', value);
  return hasOffset(text) ? us : instantOf(zone, us);
}

const unknownNames = (list: string): string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '*' && findVariable(name) === undefined);

/** Checks and converts; errors 1231, 1232, 1115, 1273, 1298 and 1235 as MySQL has them. */
export function storedValue(
  definition: VariableDef,
  given: TypedValue,
  context: AssignmentContext,
): VariableValue {
  const { name, type } = definition;
  switch (type.kind) {
    case 'boolean':
      return booleanValue(name, given);
    case 'integer':
      return integerValue(name, type, given, context);
    case 'double':
      return doubleValue(name, type, given);
    case 'choice':
      return choiceValue(name, type.choices, given);
    case 'text': {
      const text = stringOf(given);
      if (text !== undefined) return text;
      if (given.value !== null) throw wrongType(name);
      if (!type.nullable) throw wrongValue(name, null);
      return null;
    }
    case 'variableList': {
      const list = stringOf(given);
      if (list === undefined && given.value !== null) throw wrongType(name);
      for (const each of unknownNames(list ?? '')) {
        const message = `${each} is not a valid system variable and will be ignored.`;
        context.warn({ level: 'Warning', errno: 1231, message });
      }
      return list ?? null;
    }
    case 'sqlMode': {
      const mode = stringOf(given) ?? integerOf(given);
      if (mode !== undefined) return normalizeSqlMode(mode);
      throw given.value === null ? wrongValue(name, null) : wrongType(name);
    }
    case 'timeZone':
      return timeZoneValue(given);
    case 'characterSet':
      return characterSetValue(name, given);
    case 'collation':
      return collationValue(name, given);
    case 'point':
      return pointValue(given, context);
    default:
      return assertNever(type);
  }
}

/** Refuses another value than the current one of a variable that is `sameValue`. */
export function checkSame(definition: VariableDef, current: VariableValue, next: VariableValue): void {
  if (definition.settable === 'sameValue' && current !== next) {
    throw notSupported(`SET ${definition.name} = ${next ?? 'NULL'}`);
  }
}

/** The type of `@@name` in a result: numbers are BIGINT, everything else text. */
export function variableType(definition: VariableDef): SqlType {
  switch (definition.type.kind) {
    case 'boolean':
      return { kind: 'bigint', unsigned: false };
    case 'integer':
      return { kind: 'bigint', unsigned: true };
    case 'double':
      return { kind: 'double' };
    default:
      return varchar(1_024);
  }
}

/** The value of `@@name`, in variableType's type. */
export function variableResult(definition: VariableDef, value: VariableValue): SqlValue {
  return definition.type.kind === 'point' && typeof value === 'bigint' ? String(value) : value;
}

/** The value as SHOW VARIABLES prints it: flags as ON and OFF, NULL as nothing. */
export function shownValue(definition: VariableDef, value: VariableValue): string {
  if (value === null) return '';
  if (definition.type.kind === 'boolean') return value === 0n ? 'OFF' : 'ON';
  return definition.type.kind === 'double' && typeof value === 'number' ? value.toFixed(6) : String(value);
}
