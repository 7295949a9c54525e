/** Calls of functions and operators of the catalogue. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import { type FunctionDef, functionsByName, unsupportedFunctions } from '../../sql/generated/functions.ts';
import { bigint, double, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { BoundExpr } from '../bound.ts';
import { castTo, isNullable } from '../expr-tools.ts';
import { withHiddenDigits } from '../hidden-digits.ts';
import { isUnsigned, numericClass, operandType } from '../result-type/arithmetic.ts';
import { predicateType, resultType } from '../result-type/function.ts';
import { asNumber, asText, comparePair, convertArguments } from './arguments.ts';
import { systemCollation } from './coercibility.ts';
import { byCollation, textOfCall } from './collation.ts';
import { byItsCollation, collationFact } from './collation-calls.ts';
import { type BindContext, textLiteral } from './context.ts';
import type { ExprEnv } from './env.ts';

export function unknownFunction(name: string): GatewayError {
  return new GatewayError('UNKNOWN_FUNCTION', `FUNCTION ${name} does not exist`);
}

function definitionOf(name: string): FunctionDef {
  const definition = functionsByName.get(name);
  if (definition !== undefined && definition.kind === 'scalar') return definition;
  if (unsupportedFunctions.has(name) || definition !== undefined) throw notSupported(name);
  throw unknownFunction(name);
}

function checkCount(definition: FunctionDef, name: string, count: number): void {
  const { minArgs, maxArgs } = definition;
  if (count >= minArgs && (maxArgs === null || count <= maxArgs)) return;
  throw new GatewayError(
    'WRONG_PARAMETER_COUNT',
    `Incorrect parameter count in the call to native function '${name}'`,
  );
}

function nullableCall(definition: FunctionDef, args: readonly BoundExpr[]): boolean {
  switch (definition.nulls) {
    case 'never':
      return false;
    case 'strict':
      return args.some(isNullable);
    case 'all':
      return args.every(isNullable);
    case 'maybe':
      // What may be NULL by itself; AND, OR, IN and IF only pass NULLs on.
      return /^(AND|OR|IN|IF)$/.test(definition.name) ? args.some(isNullable) : true;
  }
}

/** A predicate whose arguments need no conversion. */
export function callOf(_context: BindContext, name: string, args: readonly BoundExpr[]): BoundExpr {
  const definition = functionsByName.get(name)!;
  return { kind: 'call', name, args, type: predicateType, nullable: nullableCall(definition, args) };
}

export function negated(context: BindContext, expr: BoundExpr, isNegated: boolean): BoundExpr {
  return isNegated ? callOf(context, 'NOT', [expr]) : expr;
}

const arithmetic = new Set(['+', '-', '*', '/', '%']);

/** Functions that look at the digits of a quotient which it does not show. */
const rounding = new Set(['ROUND', 'TRUNCATE', 'FLOOR', 'CEIL', 'DIV']);

/** Operands in the class of the result: doubles for doubles, decimals for `/` of exact numbers. */
function arithmeticOperands(args: readonly BoundExpr[], result: SqlType): BoundExpr[] {
  const resultClass = numericClass(result);
  if (resultClass === 'integer') return [...args];
  return args.map((arg) => {
    const operand = withHiddenDigits(arg);
    return castTo(operand, operandType(operand.type, resultClass));
  });
}

/** Functions whose literal argument decides the type: it becomes part of the plan. */
const literalArguments: ReadonlyMap<string, number> = new Map([
  ['ROUND', 1],
  ['TRUNCATE', 1],
  ['STR_TO_DATE', 1],
  ['LEFT', 1],
  ['RIGHT', 1],
  ['LPAD', 1],
  ['RPAD', 1],
  ['REPEAT', 1],
  ['SPACE', 0],
]);

function pinLiteral(name: string, args: readonly BoundExpr[], context: BindContext): BoundExpr[] {
  const position = literalArguments.get(name);
  return args.map((arg, index) => {
    if (index !== position) return arg;
    const isNegative = arg.kind === 'call' && arg.name === 'NEG';
    const literal = isNegative ? arg.args[0]! : arg;
    const known =
      literal.kind === 'parameter' && !context.isUntyped(literal) ? context.valueOf(literal) : undefined;
    if (known === undefined) return arg;
    const value = isNegative && typeof known.value === 'bigint' ? -known.value : known.value;
    return isNegative && value === known.value ? arg : { kind: 'literal', value, type: arg.type };
  });
}

const contextForm = /^context (\w+)$/;

/** NOW(), USER() and their like: values of the session. */
function contextCall(
  definition: FunctionDef,
  args: readonly BoundExpr[],
  env: ExprEnv,
): BoundExpr | undefined {
  const name = contextForm.exec(definition.duckdb)?.[1];
  // LAST_INSERT_ID(expr) sets the value.
  if (name === 'last_insert_id' && args.length > 0) return undefined;
  if (name !== undefined) {
    return { kind: 'context', name, type: contextType(definition, args, env) };
  }
  const base = definition.name.startsWith('UTC_') ? 'utc_now' : 'now';
  switch (definition.name) {
    case 'CURDATE':
    case 'UTC_DATE':
      return {
        kind: 'cast',
        arg: { kind: 'context', name: base, type: { kind: 'datetime', fsp: 0 } },
        type: { kind: 'date' },
        implicit: false,
      };
    case 'CURTIME':
    case 'UTC_TIME': {
      const fsp = precision(args, env);
      return {
        kind: 'cast',
        arg: { kind: 'context', name: base, type: { kind: 'datetime', fsp } },
        type: { kind: 'time', fsp },
        implicit: false,
      };
    }
    case 'UNIX_TIMESTAMP':
      return args.length > 0 ? undefined : { kind: 'context', name: 'unix_timestamp', type: bigint() };
    default:
      return undefined;
  }
}

function precision(args: readonly BoundExpr[], env: ExprEnv): number {
  if (args.length === 0) return 0;
  const fsp = Number(env.context.valueOf(args[0]!)?.value ?? 0);
  if (fsp > 6) {
    throw new GatewayError(
      'DECIMAL_PRECISION_TOO_BIG',
      `Too-big precision ${fsp} specified for 'now'. Maximum is 6.`,
    );
  }
  return fsp;
}

function contextType(definition: FunctionDef, args: readonly BoundExpr[], env: ExprEnv): SqlType {
  if (definition.result === 'now') return { kind: 'datetime', fsp: precision(args, env) };
  const type = resultType(definition, args);
  return type.kind === 'varchar' ? { ...type, length: 288, collation: systemCollation } : type;
}

/** Text that EXTRACT takes a part of a clock from is read as a time. */
function clockOfText(unit: BoundExpr, operand: BoundExpr): BoundExpr {
  if (unit.kind !== 'literal' || !/^(HOUR|MINUTE|SECOND|MICROSECOND)/.test(String(unit.value)))
    return operand;
  const name = typeClass(operand.type);
  return name === 'string' || name === 'binary' ? castTo(operand, { kind: 'time', fsp: 6 }) : operand;
}

function requireNoBytes(args: readonly BoundExpr[], name: string, collation: string): void {
  if (!args.some(({ type }) => typeClass(type) === 'binary')) return;
  throw new GatewayError(
    'CHARACTER_SET_MISMATCH',
    `Character set 'binary' cannot be used in conjunction with '${collation}' in call to ${name.toLowerCase()}.`,
  );
}

/** TIMEDIFF of texts needs to know which of a time and a datetime each is, and only a literal tells. */
function requireClock(operand: BoundExpr, env: ExprEnv): void {
  const name = typeClass(operand.type);
  if (name !== 'string' && name !== 'binary') return;
  const text = env.context.isUntyped(operand) ? undefined : env.context.valueOf(operand)?.value;
  if (typeof text === 'string' && (text.trim().length >= 12 || /^\s*-?\d{1,3}:/.test(text))) return;
  throw notSupported('TIMEDIFF of texts that are no literals of times or datetimes');
}

function requireText(operand: BoundExpr, name: string): void {
  if (/^(string|null)$/.test(typeClass(operand.type))) return;
  throw new GatewayError('INCORRECT_TYPE', `Incorrect type for argument 1 in function ${name}.`);
}

/** FIELD compares as texts when none is a number, a temporal value being its text. */
function fieldOperands(args: readonly BoundExpr[]): readonly BoundExpr[] {
  const isText = ({ type }: BoundExpr): boolean => /^(string|binary|temporal|null)$/.test(typeClass(type));
  if (!args.every(isText)) {
    return args.map((arg) => (typeClass(arg.type) === 'temporal' ? castTo(asNumber(arg), double) : arg));
  }
  return args.map((arg) => (typeClass(arg.type) === 'temporal' ? asText(arg) : arg));
}

/** A call of a function by its name or alias, arguments not yet converted. Errors 1305, 1582, 1235. */
export function bindCall(name: string, written: readonly BoundExpr[], env: ExprEnv): BoundExpr {
  const definition = definitionOf(name);
  // ADDDATE(d, n) counts days.
  const given =
    /^(ADD|SUB)DATE$/.test(name) && written.length === 2 ? [...written, textLiteral('DAY')] : [...written];
  checkCount(definition, name, given.length);
  if (name === 'EXTRACT') given[1] = clockOfText(given[0]!, given[1]!);
  if (definition.name.startsWith('REGEXP')) requireNoBytes(given, name, env.surroundings.collation);
  if (name === 'TIMEDIFF') for (const each of given) requireClock(each, env);
  if (name === 'JSON_QUOTE') requireText(given[0]!, 'json_quote');
  // A BIT is a number to them, not the bytes of its text.
  if (name === 'BIN' || name === 'OCT') given[0] = bitAsNumber(given[0]!);
  if (name === 'FIELD') given.splice(0, given.length, ...fieldOperands(given));
  const fixed = contextCall(definition, given, env);
  if (fixed !== undefined) return fixed;
  const special = spellingOf(definition.name, given, env) ?? collationFact(definition.name, given[0]);
  if (special !== undefined) return special;
  const bytes = byteBits(definition.name, given);
  if (bytes !== undefined) return bytes;
  const pinned = pinLiteral(definition.name, given, env.context);
  const args = convertArguments(env.context, definition, pinned);
  const found = textOfCall(definition.name, args, resultType(definition, args), env.surroundings.collation);
  const type = definition.name === '-' ? differenceType(found, env) : found;
  const operands = arithmetic.has(definition.name)
    ? arithmeticOperands(args, type)
    : rounding.has(definition.name)
      ? args.map(withHiddenDigits)
      : args;
  return byItsCollation({
    kind: 'call',
    name: definition.name,
    args: operands,
    type,
    nullable: nullableCall(definition, operands),
  });
}

/** Under NO_UNSIGNED_SUBTRACTION the difference of integers has a sign, whatever they are. */
function differenceType(type: SqlType, env: ExprEnv): SqlType {
  const isUnsignedInteger = type.kind === 'bigint' && type.unsigned;
  return isUnsignedInteger && env.context.facts.sqlMode.has('NO_UNSIGNED_SUBTRACTION') ? bigint() : type;
}

const isBytes = (expr: BoundExpr): boolean => typeClass(expr.type) === 'binary';

/** Bit operators on binary strings work on their bytes, unless all operands are hexadecimal literals or NULL. */
function byteBits(name: string, args: readonly BoundExpr[]): BoundExpr | undefined {
  if (!/^(?:[&|^~]|<<|>>|BIT_COUNT)$/.test(name)) return undefined;
  const operands = name === '<<' || name === '>>' ? args.slice(0, 1) : args;
  const isBits = ({ type }: BoundExpr): boolean => type.kind === 'varbinary' && type.bits === true;
  const isString = (expr: BoundExpr): boolean => isBytes(expr) && !isBits(expr);
  if (!operands.some(isString)) return undefined;
  if (!operands.every((expr) => isBytes(expr) || expr.type.kind === 'null')) return undefined;
  const { type } = operands.find(isString)!;
  const count = args[1];
  const shifted =
    name === '<<' || name === '>>' ? [args[0]!, castTo(asNumber(count!), bigint(true))] : [...args];
  const nullable = args.some(isNullable);
  if (name === 'BIT_COUNT') return { kind: 'call', name, args, type: bigint(), nullable };
  return { kind: 'call', name, args: shifted, type, nullable };
}

const bitAsNumber = (arg: BoundExpr): BoundExpr =>
  arg.type.kind === 'bit' ? castTo(arg, bigint(true)) : arg;

/** Functions that are another spelling of something else. */
function spellingOf(name: string, args: readonly BoundExpr[], env: ExprEnv): BoundExpr | undefined {
  switch (name) {
    case 'ISNULL':
      return callOf(env.context, 'IS NULL', args);
    case 'NULLIF': {
      // The first argument keeps its own form; only the comparison converts.
      const [value, other] = args as [BoundExpr, BoundExpr];
      const pair = comparePair(env.context, value, other);
      const keys = byCollation(pair, 'NULLIF');
      const isPlain = keys.every((key, index) => key === pair[index]);
      if (isPlain && value.type.kind === other.type.kind && isUnsigned(value.type) === isUnsigned(other.type))
        return undefined;
      const equal = callOf(env.context, '=', keys);
      const nothing: BoundExpr = { kind: 'literal', value: null, type: { kind: 'null' } };
      return { kind: 'call', name: 'IF', args: [equal, nothing, value], type: value.type, nullable: true };
    }
    default:
      return undefined;
  }
}
