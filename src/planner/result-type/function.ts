/** The result rules of the function catalogue (grammar/functions/README.md) as types. */
import { assertNever } from '../../base/assert.ts';
import { argumentRule, type FunctionDef } from '../../sql/generated/functions.ts';
import {
  bigint,
  date,
  decimal,
  defaultCollation,
  double,
  json,
  longtext,
  type SqlType,
  typeClass,
} from '../../types/sql-type.ts';
import type { BoundExpr } from '../bound.ts';
import { movedType } from '../evaluator/dates.ts';
import { aggregateType } from './aggregate.ts';
import {
  type ArithmeticOperator,
  arithmeticType,
  isUnsigned,
  negationType,
  numericClass,
} from './arithmetic.ts';
import { chosenType, commonCollation } from './common.ts';
import { characterLength, decimalShape, textOfLength } from './text.ts';

/** 0, 1 or NULL: a BIGINT of one digit. */
export const predicateType: SqlType = { kind: 'bigint', unsigned: false, displayWidth: 1 };

const plainInt: SqlType = { kind: 'int', unsigned: false };
/** Digits of a second's fraction: of a temporal type, or of a number of seconds. */
function fspOf(type: SqlType): number {
  if ('fsp' in type) return type.fsp;
  if (type.kind === 'decimal') return Math.min(6, type.scale);
  return typeClass(type) === 'real' ? 6 : 0;
}

/** The value of a literal integer argument, when it is one. */
function literalInteger(expr: BoundExpr | undefined): number | undefined {
  if (expr?.kind === 'cast' && expr.arg.kind === 'literal' && expr.type.kind === 'bigint') {
    const value = expr.arg.value;
    return value === null ? undefined : Math.sign(Number(value)) * Math.round(Math.abs(Number(value)));
  }
  if (expr?.kind !== 'literal' || typeof expr.value !== 'bigint') return undefined;
  return Number(expr.value);
}

function roundType(args: readonly BoundExpr[]): SqlType {
  const type = args[0]!.type;
  switch (numericClass(type)) {
    case 'integer':
      return bigint('unsigned' in type && type.unsigned === true);
    case 'real': {
      const digits = args.length === 1 ? 0 : literalInteger(args[1]);
      return digits === undefined || digits >= 31 ? double : { kind: 'double', scale: Math.max(0, digits) };
    }
    case 'decimal': {
      const { precision, scale } = decimalShape(type);
      const digits = args.length === 1 ? 0 : literalInteger(args[1]);
      const unsigned = isUnsigned(type);
      if (digits === undefined) return decimal(Math.min(precision + 1, 65), scale, unsigned);
      const kept = Math.max(0, Math.min(digits, 30));
      const whole = precision - scale + (kept < scale ? 1 : 0);
      return decimal(Math.min(65, Math.max(1, whole + kept)), kept, unsigned);
    }
  }
}

function ceilType(type: SqlType): SqlType {
  if (numericClass(type) === 'real') return { kind: 'double', scale: 0 };
  const { precision, scale } = decimalShape(type);
  const unsigned = 'unsigned' in type && type.unsigned === true;
  return precision - scale < (scale > 0 ? 18 : 19) || typeClass(type) === 'integer'
    ? bigint(unsigned)
    : decimal(precision - scale + 1, 0);
}

function absType(type: SqlType): SqlType {
  switch (numericClass(type)) {
    case 'integer':
      return bigint('unsigned' in type && type.unsigned === true);
    case 'decimal':
      return type.kind === 'decimal' ? type : decimal(decimalShape(type).precision, decimalShape(type).scale);
    case 'real':
      return type.kind === 'double' ? type : double;
  }
}

const formatDirectives = { date: /%[aDdbcejmMUuVvWwXxYy]/, time: /%[HhIiklprSsT]/, micro: /%f/ };

function strToDateType(format: BoundExpr | undefined): SqlType {
  if (format?.kind !== 'literal' || typeof format.value !== 'string') return { kind: 'datetime', fsp: 6 };
  const fsp = formatDirectives.micro.test(format.value) ? 6 : 0;
  const hasDate = formatDirectives.date.test(format.value);
  const hasTime = fsp > 0 || formatDirectives.time.test(format.value);
  if (hasDate && hasTime) return { kind: 'datetime', fsp };
  return hasDate || !hasTime ? date : { kind: 'time', fsp };
}

/** Lengths of texts that functions make; what is not here is as long as the first argument. */
function textLength(name: string, args: readonly BoundExpr[], unit: 'characters' | 'bytes'): number {
  const lengths = args.map((arg) =>
    unit === 'bytes' ? (bytesOf(arg) ?? characterLength(arg.type)) : characterLength(arg.type),
  );
  const first = lengths[0] ?? 0;
  switch (name) {
    case 'CONCAT':
      return lengths.reduce((sum, length) => sum + length, 0);
    case 'CONCAT_WS':
      return lengths.slice(1).reduce((sum, length) => sum + length, first * Math.max(0, args.length - 2));
    case 'REPLACE':
      return first * Math.max(1, lengths[2] ?? 1);
    case 'INSERT':
      return first + (lengths[3] ?? 0);
    case 'HEX':
      return bytesOf(args[0]) === undefined ? 16 : Math.min(longestText, bytesOf(args[0])! * 2);
    case 'TO_BASE64': {
      const digits = Math.ceil((bytesOf(args[0]) ?? first) / 3) * 4;
      // A new line after every 76 digits.
      return Math.min(longestText, digits + Math.floor(Math.max(0, digits - 1) / 76));
    }
    case 'QUOTE':
      return Math.max(4, first * 2 + 2);
    case 'AES_ENCRYPT':
      return (Math.floor((bytesOf(args[0]) ?? first) / 16) + 1) * 16;
    case 'SOUNDEX':
      return Math.max(4, first);
    case 'MD5':
      return 32;
    case 'SHA':
      return 40;
    case 'SHA2':
      return 128;
    case 'UUID':
      return 36;
    case 'DAYNAME':
    case 'MONTHNAME':
      return 9;
    case 'DATE_FORMAT':
    case 'TIME_FORMAT':
      return (lengths[1] ?? 0) * 10;
    case 'LEFT':
    case 'RIGHT':
      return Math.min(first, Math.max(0, literalInteger(args[1]) ?? first));
    case 'BIN':
    case 'OCT':
    case 'CONV':
      return 64;
    case 'FORMAT':
      return 64;
    case 'LPAD':
    case 'RPAD':
      return literalInteger(args[1]) ?? longestText;
    case 'REPEAT':
      return first * (literalInteger(args[1]) ?? longestText);
    case 'SPACE':
      return literalInteger(args[0]) ?? longestText;
    case 'ELT':
      return Math.max(...lengths.slice(1));
    case 'EXPORT_SET':
      return Math.max(first, lengths[1] ?? 0, lengths[2] ?? 0) * 64 + (lengths[3] ?? 1) * 63;
    case 'MAKE_SET':
      return lengths.slice(1).reduce((sum, length) => sum + length + 1, 0);
    default:
      return first === 0 ? 255 : first;
  }
}
const longestText = 16_777_216;

/** As MySQL has it: bytes beyond a VARBINARY are a BLOB. */
const bytesOfLength = (length: number): SqlType =>
  length <= 65_535 ? { kind: 'varbinary', length } : { kind: 'longblob' };
const bytesPerCharacter = 4;

/** The most bytes of a text or of bytes; undefined for a number. */
function bytesOf(arg: BoundExpr | undefined): number | undefined {
  if (arg === undefined) return undefined;
  const length = characterLength(arg.type);
  switch (typeClass(arg.type)) {
    case 'integer':
    case 'decimal':
    case 'real':
      return undefined;
    case 'binary':
      return length;
    default:
      return length * bytesPerCharacter;
  }
}

function dateAddType(name: string, args: readonly BoundExpr[]): SqlType {
  const [operand, amount, unit] = args;
  if (unit?.kind === 'literal' && typeof unit.value === 'string') {
    return movedType(operand!.type, unit.value, amount!.type);
  }
  // ADDTIME, SUBTIME
  const fsp = Math.max(fspOf(operand!.type), fspOf(amount!.type));
  const { kind } = operand!.type;
  if (kind === 'time') return { kind: 'time', fsp };
  if (kind === 'datetime' || kind === 'timestamp') return { kind: 'datetime', fsp };
  return textOfLength(name === 'ADDTIME' || name === 'SUBTIME' ? 29 : 26);
}

/** The type of a call by its rule; the arguments are already converted by the rules of theirs. */
export function resultType(definition: FunctionDef, args: readonly BoundExpr[]): SqlType {
  const types = args.map((arg) => arg.type);
  const first = types[0] ?? bigint();
  const rule = definition.result;
  switch (rule) {
    case 'bool':
      return predicateType;
    case 'int':
      return plainInt;
    case 'bigint':
      return bigint();
    case 'ubigint':
      return bigint(true);
    case 'double':
      return definition.name === 'PI' ? { kind: 'double', scale: 6 } : double;
    case 'date':
      return date;
    case 'json':
      return json;
    case 'binary':
      return bytesOfLength(textLength(definition.name, args, 'bytes'));
    case 'year':
      return { kind: 'year' };
    case 'varchar':
      return textOfLength(textLength(definition.name, args, 'characters'), commonCollation(types));
    case 'text':
      return longtext;
    case 'string':
      if (types.some((type) => typeClass(type) === 'binary')) {
        return bytesOfLength(textLength(definition.name, args, 'bytes'));
      }
      return textOfLength(
        textLength(definition.name, args, 'characters'),
        commonCollation(types) ?? defaultCollation,
      );
    case 'same':
      return chosenType(sameArguments(definition, args).map((arg) => arg.type));
    case 'first':
      return definition.kind === 'aggregate' ? aggregateType(definition.name, first) : first;
    case 'second':
      return types[1] ?? first;
    case 'add':
    case 'mul':
    case 'div':
    case 'intdiv':
    case 'mod':
      return arithmeticType(definition.name as ArithmeticOperator, first, types[1]!);
    case 'neg':
      return negationType(first);
    case 'abs':
      return absType(first);
    case 'round':
      return roundType(args);
    case 'ceil':
      return ceilType(first);
    case 'date_add':
      return dateAddType(definition.name, args);
    case 'now':
      return { kind: 'datetime', fsp: literalInteger(args[0]) ?? 0 };
    case 'now_date':
      return date;
    case 'now_time':
      return { kind: 'time', fsp: literalInteger(args[0]) ?? 0 };
    case 'datetime':
      return { kind: 'datetime', fsp: fspOf(first) };
    case 'datetime6':
      return { kind: 'datetime', fsp: Math.max(...types.map(fspOf)) };
    case 'time':
      return { kind: 'time', fsp: fspOf(first) };
    case 'time6':
      return { kind: 'time', fsp: Math.max(...types.map(fspOf)) };
    case 'str_to_date':
      return strToDateType(args[1]);
    case 'unixtime':
      return fspOf(first) === 0 ? bigint() : decimal(18, fspOf(first));
    case 'from_unixtime':
      if (args.length > 1) return textOfLength(255);
      return {
        kind: 'datetime',
        fsp: first.kind === 'decimal' ? Math.min(6, first.scale) : first.kind === 'double' ? 6 : 0,
      };
    case 'agg_sum':
    case 'agg_avg':
      return aggregateType(definition.name, first);
    default:
      return assertNever(rule);
  }
}

/** The arguments of rule `same`, which share the type of the result. */
export function sameArguments(definition: FunctionDef, args: readonly BoundExpr[]): readonly BoundExpr[] {
  return args.filter((_arg, index) => argumentRule(definition, index) === 'same');
}
