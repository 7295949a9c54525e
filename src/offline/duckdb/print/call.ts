/** Calls of functions and operators: by their form in the catalogue, by hand, or through the evaluator. */
import { AssertionError } from '../../../base/assert.ts';
import { notSupported } from '../../../base/errors.ts';
import type { BoundExpr } from '../../../planner/bound.ts';
import { canEvaluate } from '../../../planner/evaluator/compile.ts';
import { isConstant } from '../../../planner/expr-tools.ts';
import {
  type ArgumentRule,
  argumentRule,
  type FunctionDef,
  functionsByName,
} from '../../../sql/generated/functions.ts';
import { hasKeys } from '../../../types/collation.ts';
import { type SqlType, typeClass } from '../../../types/sql-type.ts';
import { foldMacro, keyMacro } from '../collation-functions.ts';
import { exprKey } from '../expr-key.ts';
import { jsFunctionOf } from '../js-functions.ts';
import { queryType } from '../types.ts';
import { arithmeticPrinters } from './arithmetic.ts';
import { convert, toDatetime } from './cast.ts';
import { datePrinters } from './date.ts';
import { viaEvaluator } from './js.ts';
import { requireComparable } from './order.ts';
import { regexpPrinters } from './regexp.ts';
import { type Call, type CallPrinter, escapeHole, type ParameterSource, type PrintState } from './state.ts';

/** Calls whose operands the binder has made comparable by their bytes. */
const comparisons = new Set([
  '=',
  '<=>',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'IN',
  'LIKE',
  'STRCMP',
  'FIELD',
  'NULLIF',
]);

/** SQL of a call's value; and as a condition, where that is its natural form. */
export interface PrintedCall {
  readonly value: string;
  readonly condition?: string;
}

const printers: ReadonlyMap<string, CallPrinter> = new Map<string, CallPrinter>([
  ...arithmeticPrinters,
  ...datePrinters,
  ...regexpPrinters,
  ['AND', (state, { args }) => `(${args.map((arg) => state.condition(arg)).join(' AND ')})`],
  ['OR', (state, { args }) => `(${args.map((arg) => state.condition(arg)).join(' OR ')})`],
  ['IN', printIn],
  ['LIKE', printLike],
  ['CONCAT', printConcat],
  ['LOCATE', printLocate],
  ['RAND', printRandom],
  ['GREATEST', (state, call) => printExtreme(state, call, 'greatest')],
  ['LEAST', (state, call) => printExtreme(state, call, 'least')],
  ['GROUPING', (state, { args }) => `grouping(${args.map((arg) => state.value(arg)).join(', ')})`],
]);

export function printCall(state: PrintState, call: Call): PrintedCall {
  const definition = functionsByName.get(call.name);
  // No functions of the dialect: the binder puts them where a collation decides.
  if (call.name.startsWith('COLLATION_')) return { value: printCollation(state, call) };
  if (definition === undefined) throw notSupported(`the function ${call.name}`);
  const printed = printNative(state, definition, call) ?? viaEvaluator(state, call);
  if (definition.result !== 'bool' || printed.startsWith('tgj_')) {
    return { value: `CAST(${printed} AS ${queryType(call.type)})` };
  }
  return { value: `CAST(${printed} AS ${queryType(call.type)})`, condition: printed };
}

/** Of a constant once an execution; of a column by the collation's macro. */
function printCollation(state: PrintState, call: Call): string {
  if (isConstant(call) && canEvaluate(call) === true) {
    return state.parameter(exprKey(call), call.type, { kind: 'expression', expr: call });
  }
  const [text, collation] = call.args as [BoundExpr, BoundExpr];
  if (collation.kind === 'literal' && queryType(text.type) === 'VARCHAR') {
    if (call.name === 'COLLATION_KEY') return `${keyMacro(String(collation.value))}(${state.value(text)})`;
    if (call.name === 'COLLATION_FOLD') return `${foldMacro(String(collation.value))}(${state.value(text)})`;
  }
  return viaEvaluator(state, call);
}

function printNative(state: PrintState, definition: FunctionDef, call: Call): string | undefined {
  if (comparisons.has(call.name)) requireComparable(call.args.map((arg) => arg.type));
  const printer = printers.get(definition.name);
  if (printer !== undefined) return printer(state, call);
  const { duckdb } = definition;
  if (duckdb === 'session' || call.name === 'LAST_INSERT_ID')
    throw notSupported(`${call.name} in a query that reads tables`);
  if (duckdb === 'js' || duckdb === 'printer' || duckdb.startsWith('context ')) return undefined;
  const fits = call.args.every((arg, index) => fitsRule(arg.type, argumentRule(definition, index)));
  if (!fits) {
    if (jsFunctionKnown(call)) return undefined;
    throw notSupported(`${call.name} of ${call.args.map((arg) => arg.type.kind.toUpperCase()).join(', ')}`);
  }
  return fill(state, definition, call);
}

const jsFunctionKnown = (call: Call): boolean => typeof jsFunctionOf(call) !== 'string';

/** Whether a native form takes an argument of this type. The binder casts to the rules; this proves it. */
function fitsRule(type: SqlType, rule: ArgumentRule | undefined): boolean {
  const name = typeClass(type);
  if (name === 'null') return true;
  switch (rule) {
    case 'string':
    case 'text':
    case 'path':
    case 'word':
      return name === 'string' || name === 'json';
    case 'bytes':
      return name === 'string' || name === 'binary';
    case 'number':
    case 'double':
      return name === 'integer' || name === 'decimal' || name === 'real';
    case 'integer':
    case 'unsigned':
      return name === 'integer' || name === 'bit';
    case 'date':
    case 'datetime':
      return name === 'temporal' && type.kind !== 'time';
    case 'time':
      return type.kind === 'time';
    case 'json':
      return name === 'json';
    default:
      return true;
  }
}

/** The argument at `index` in the type that its rule promises to the form. */
function argumentSql(state: PrintState, definition: FunctionDef, call: Call, index: number): string {
  const arg = call.args[index];
  if (arg === undefined) throw new AssertionError(`${call.name} has no argument ${index + 1}`);
  switch (argumentRule(definition, index)) {
    case 'double':
      return `CAST(${state.value(arg)} AS DOUBLE)`;
    case 'date':
    case 'datetime':
      return arg.type.kind === 'timestamp' ? toDatetime(state, arg) : state.value(arg);
    case 'unsigned':
      return queryType(arg.type) === 'UBIGINT' ? state.value(arg) : `tg_unsigned(${state.value(arg)})`;
    case 'compare':
      return comparison(state, call.args)(arg);
    default:
      return state.value(arg);
  }
}

/** An instant among wall clocks is compared as a wall clock of the session's zone, text among bytes as bytes. */
function comparison(state: PrintState, all: readonly BoundExpr[]): (arg: BoundExpr) => string {
  const wall = all.some(({ type }) => type.kind === 'datetime' || type.kind === 'date');
  const binary = all.some(({ type }) => typeClass(type) === 'binary');
  return (arg) => {
    if (wall && arg.type.kind === 'timestamp') return toDatetime(state, arg);
    if (binary && queryType(arg.type) === 'VARCHAR') return `encode(${state.value(arg)})`;
    return state.value(arg);
  };
}

function fill(state: PrintState, definition: FunctionDef, call: Call): string {
  const { duckdb } = definition;
  const all = (): string =>
    call.args.map((_, index) => argumentSql(state, definition, call, index)).join(', ');
  if (/^[a-z_0-9]+$/.test(duckdb)) return `${duckdb}(${all()})`;
  return duckdb.replace(/\$(\*|[bcd]?)(\d*)/g, (whole, mode: string, digits: string) => {
    if (mode === '*') return all();
    const index = Number(digits) - 1;
    const arg = call.args[index];
    if (digits === '' || arg === undefined) throw new AssertionError(`${whole} in the form of ${call.name}`);
    if (mode === 'c') return state.condition(arg);
    const sql = argumentSql(state, definition, call, index);
    if (mode === 'd') return `CAST(${sql} AS DOUBLE)`;
    if (mode === 'b') return queryType(arg.type) === 'VARCHAR' ? `encode(${sql})` : sql;
    return sql;
  });
}

function printIn(state: PrintState, { args }: Call): string {
  const [needle, ...list] = args.map(comparison(state, args));
  return `(${needle} IN (${list.join(', ')}))`;
}

/** A constant pattern is rewritten before the query runs; another one by a macro, for every row. */
function printLike(state: PrintState, { args }: Call): string | undefined {
  const [text, pattern, escapeArg] = args;
  if (text === undefined || pattern === undefined) return undefined;
  if (queryType(text.type) !== 'VARCHAR' || queryType(pattern.type) !== 'VARCHAR') return undefined;
  const escapeCharacter =
    escapeArg === undefined ? '\\' : escapeArg.kind === 'literal' ? escapeArg.value : undefined;
  if (typeof escapeCharacter !== 'string') return undefined;
  const subject = state.value(text);
  if (isConstant(pattern) && canEvaluate(pattern) === true) {
    const key = `like${JSON.stringify([escapeCharacter, state.value(pattern)])}`;
    const source: ParameterSource = { kind: 'likePattern', pattern, escape: escapeCharacter };
    const escaping = escapeHole(state.parameterName(key, pattern.type, source));
    return `(${subject} LIKE ${state.parameter(key, pattern.type, source)}${escaping})`;
  }
  if (escapeCharacter !== '\\') return undefined;
  return `(${subject} LIKE tg_like_pattern(${state.value(pattern)}) ESCAPE '\\')`;
}

/** Of a seed that is the same for all rows a NULL beside it tells the evaluator, which sees a value for each. */
function printRandom(state: PrintState, call: Call): string {
  const [seed] = call.args;
  if (seed === undefined) return 'random()';
  const marked: BoundExpr[] = isConstant(seed)
    ? [seed, { kind: 'literal', value: null, type: { kind: 'null' } }]
    : [seed];
  return viaEvaluator(state, { ...call, args: marked });
}

function printConcat(state: PrintState, { args, type }: Call): string {
  const parts = args.map((arg) => {
    const sql = state.value(arg);
    if (queryType(arg.type) === queryType(type)) return sql;
    return convert(state, sql, arg.type, type);
  });
  return parts.length === 1 ? parts[0]! : `(${parts.join(' || ')})`;
}

function printLocate(state: PrintState, { args }: Call): string | undefined {
  const [needle, text] = args;
  if (args.length !== 2 || needle === undefined || text === undefined) return undefined;
  if (queryType(needle.type) !== 'VARCHAR' || queryType(text.type) !== 'VARCHAR') return undefined;
  return `instr(${state.value(text)}, ${state.value(needle)})`;
}

/** DuckDB's greatest() and least() skip NULLs; MySQL's are NULL with one. */
function printExtreme(
  state: PrintState,
  { args, type }: Call,
  name: 'greatest' | 'least',
): string | undefined {
  if (hasKeys(type)) return undefined;
  const values = args.map((arg) => {
    const sql = state.value(arg);
    return queryType(arg.type) === queryType(type) ? sql : convert(state, sql, arg.type, type);
  });
  const noNull = values.map((sql) => `${sql} IS NOT NULL`).join(' AND ');
  return `CASE WHEN ${noNull} THEN ${name}(${values.join(', ')}) END`;
}
