/** Aggregates and window functions. */
import { AssertionError, assertNever } from '../../../base/assert.ts';
import { notSupported } from '../../../base/errors.ts';
import type { BoundExpr, BoundFrame, BoundFrameBound, BoundOrder } from '../../../planner/bound.ts';
import { functionsByName } from '../../../sql/generated/functions.ts';
import { hasKeys } from '../../../types/collation.ts';
import { bigint, decimal, json, longtext, type SqlType, typeClass } from '../../../types/sql-type.ts';
import { equalityKey } from '../collation-functions.ts';
import { exprKey } from '../expr-key.ts';
import { maxDuckPrecision, queryType } from '../types.ts';
import { divide } from './arithmetic.ts';
import { convert } from './cast.ts';
import { callEvaluator } from './js.ts';
import { narrowNumber } from './narrow.ts';
import { printOrder, requireComparable, sortKey } from './order.ts';
import type { PrintState } from './state.ts';

type Aggregate = Extract<BoundExpr, { kind: 'aggregate' }>;
type Window = Extract<BoundExpr, { kind: 'window' }>;

/** What an aggregate and an aggregate over a window have in common. */
interface Shape {
  readonly name: string;
  readonly args: readonly BoundExpr[];
  readonly distinct: boolean;
  readonly orderBy: readonly BoundOrder[];
  readonly separator: string | undefined;
  readonly type: SqlType;
  /** ` OVER (…)`, or nothing. */
  readonly over: string;
}

export function printAggregate(state: PrintState, expr: Aggregate): string {
  const grouping = state.groupings.at(-1);
  if (grouping === undefined) throw new AssertionError(`${expr.name} outside a grouped SELECT`);
  grouping.insideAggregate++;
  const { name, args, distinct, orderBy, separator, type } = expr;
  const sql = aggregateText(state, { name, args, distinct, orderBy, separator, type, over: '' });
  grouping.insideAggregate--;
  return sql;
}

function aggregateText(state: PrintState, shape: Shape): string {
  const target = queryType(shape.type);
  const { name, args, over } = shape;
  const distinct = shape.distinct ? 'DISTINCT ' : '';
  if (shape.distinct && name !== 'GROUP_CONCAT' && name !== 'MIN' && name !== 'MAX')
    requireComparable(args.map((arg) => arg.type));
  const [first] = args;
  switch (name) {
    case 'COUNT':
      return `CAST(count(${countArgument(state, args, shape.distinct)})${over} AS ${target})`;
    case 'SUM':
      return sum(numeric(state, first, shape), shape.type, distinct, over);
    case 'AVG':
      return average(state, numeric(state, first, shape), first, shape, distinct);
    case 'GROUP_CONCAT':
      return groupConcat(state, shape);
    case 'JSON_ARRAYAGG':
    case 'JSON_OBJECTAGG':
      return jsonAggregate(state, shape);
    case 'MIN':
    case 'MAX':
      if (first !== undefined && hasKeys(first.type)) return extreme(state, name, first, over);
  }
  const definition = functionsByName.get(name);
  if (definition?.kind !== 'aggregate' || definition.duckdb === 'printer')
    throw notSupported(`the aggregate ${name}`);
  const argument = first === undefined ? '' : state.value(first);
  const converted = definition.required[0] === 'double' ? `CAST(${argument} AS DOUBLE)` : argument;
  return `CAST(${aggregateCall(definition.duckdb, distinct + converted, over)} AS ${target})`;
}

/** Of texts the one whose key is least or greatest. */
function extreme(state: PrintState, name: 'MIN' | 'MAX', arg: BoundExpr, over: string): string {
  const sql = state.value(arg);
  return `${name === 'MIN' ? 'arg_min' : 'arg_max'}(${sql}, ${equalityKey(sql, arg.type)})${over}`;
}

/** The catalogue's form with its argument; OVER follows the aggregate, which a template may have inside. */
function aggregateCall(form: string, argument: string, over: string): string {
  if (/^[a-z_]+$/.test(form)) return `${form}(${argument})${over}`;
  return form.replace(/([a-z_]+)\(\$1\)/, (_, name: string) => `${name}(${argument})${over}`);
}

function countArgument(state: PrintState, args: readonly BoundExpr[], distinct: boolean): string {
  if (args.length === 0) return '*';
  const values = args.map((arg) => state.value(arg));
  if (values.length === 1) return `${distinct ? 'DISTINCT ' : ''}${values[0]}`;
  // Rows with a NULL in any part do not count.
  const present = values.map((sql) => `${sql} IS NOT NULL`).join(' AND ');
  return `${distinct ? 'DISTINCT ' : ''}CASE WHEN ${present} THEN row(${values.join(', ')}) END`;
}

/** The argument of SUM and AVG as a number: exact for an exact result, else DOUBLE. */
function numeric(state: PrintState, arg: BoundExpr | undefined, shape: Shape): string {
  if (arg === undefined) throw new AssertionError(`${shape.name} without an argument`);
  const exact = ['integer', 'decimal', 'bit', 'null'].includes(typeClass(arg.type));
  if (!exact && typeClass(arg.type) !== 'real') {
    throw notSupported(`${shape.name} of ${arg.type.kind.toUpperCase()}`);
  }
  if (shape.type.kind !== 'decimal') return `CAST(${state.value(arg)} AS DOUBLE)`;
  // DuckDB adds BIGINTs up in a HUGEINT.
  const whole = arg.kind === 'cast' && arg.implicit && queryType(arg.arg.type) === 'BIGINT';
  if (whole && arg.arg.type.kind !== 'time' && arg.type.kind === 'decimal' && arg.type.scale === 0) {
    return state.value(arg.arg);
  }
  return narrowNumber(state, arg) ?? state.value(arg);
}

function sum(argument: string, type: SqlType, distinct: string, over: string): string {
  const text = `sum(${distinct}${argument})${over}`;
  return type.kind === 'decimal' ? `CAST(${text} AS ${queryType(type)})` : `tg_finite(${text})`;
}

function average(
  state: PrintState,
  argument: string,
  arg: BoundExpr | undefined,
  shape: Shape,
  distinct: string,
): string {
  const { type, over } = shape;
  const total = `sum(${distinct}${argument})${over}`;
  const count = `count(${distinct}${argument})${over}`;
  if (type.kind !== 'decimal') return `tg_finite(${total} / ${count})`;
  const scale = arg?.type.kind === 'decimal' ? arg.type.scale : 0;
  const totalType = decimal(maxDuckPrecision, scale);
  const dividend = { sql: `CAST(${total} AS ${queryType(totalType)})`, type: totalType };
  return divide(state, dividend, { sql: count, type: bigint() }, type);
}

/**
 * GROUP_CONCAT. DuckDB's string_agg cannot order DISTINCT values by another expression, so those are collected
 * as a list of (sort keys, text), made distinct and sorted.
 */
function groupConcat(state: PrintState, shape: Shape): string {
  const text = concatenated(state, shape);
  const max = state.value(groupConcatMax);
  const separator = state.parameter(`s${JSON.stringify(shape.separator ?? ',')}`, shape.type, {
    kind: 'constant',
    value: shape.separator ?? ',',
  });
  const cut = callEvaluator(state, groupConcatCut, [text, max, separator]);
  return `CASE WHEN strlen(${text}) > ${max} THEN ${cut} ELSE ${text} END`;
}

const groupConcatMax: BoundExpr = {
  kind: 'context',
  name: '@@session.group_concat_max_len',
  type: bigint(true),
};

/** Cuts the text at group_concat_max_len bytes, with warning 1260. */
const groupConcatCut: BoundExpr = {
  kind: 'call',
  name: 'GROUP_CONCAT_CUT',
  args: [longtext, bigint(true), longtext].map((type, column) => ({
    kind: 'column',
    relation: 0,
    column,
    type,
    nullable: true,
  })),
  type: longtext,
  nullable: true,
};

function concatenated(state: PrintState, shape: Shape): string {
  const { args, orderBy, type } = shape;
  if (shape.over !== '') throw notSupported('GROUP_CONCAT over a window');
  const parts = args.map((arg) => {
    const sql = state.value(arg);
    return queryType(arg.type) === 'VARCHAR' ? sql : convert(state, sql, arg.type, type);
  });
  const text = parts.length === 1 ? parts[0]! : `(${parts.join(' || ')})`;
  const key = `s${JSON.stringify(shape.separator ?? ',')}`;
  const separator = state.parameter(key, type, { kind: 'constant', value: shape.separator ?? ',' });
  if (!shape.distinct) {
    const order =
      orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map((each) => printOrder(state, each)).join(', ')}`;
    return `string_agg(${text}, ${separator}${order})`;
  }
  const isKeyed = args.some((arg) => hasKeys(arg.type));
  if (orderBy.length === 0 && !isKeyed) return `string_agg(DISTINCT ${text}, ${separator})`;
  const known = new Set(args.map((arg) => exprKey(withoutCast(arg))));
  const descending = orderBy[0]?.descending ?? false;
  const sortable = orderBy.every(
    (each) => each.descending === descending && known.has(exprKey(withoutCast(each.expr))),
  );
  if (!sortable)
    throw notSupported('GROUP_CONCAT(DISTINCT …) ordered by something else or in two directions');
  const keys = orderBy.map(({ expr }, index) => `o${index}: ${sortKey(state.value(expr), expr.type)}`);
  if (isKeyed) return distinctByKeys(state, { args, keys, text, separator, descending });
  const list = `list(DISTINCT {${keys.join(', ')}, v: ${text}}) FILTER (WHERE ${text} IS NOT NULL)`;
  // Not `x.v`, which HAVING takes for a column.
  const direction = descending ? `'DESC', 'NULLS LAST'` : `'ASC', 'NULLS FIRST'`;
  return `array_to_string(list_transform(list_sort(${list}, ${direction}), lambda x: struct_extract(x, 'v')), ${separator})`;
}

/** The first of the texts with equal keys: they stand side by side in the list sorted by keys. */
function distinctByKeys(
  state: PrintState,
  parts: {
    readonly args: readonly BoundExpr[];
    readonly keys: readonly string[];
    readonly text: string;
    readonly separator: string;
    readonly descending: boolean;
  },
): string {
  const { args, keys, text, separator, descending } = parts;
  const all = [...keys, ...args.map((arg, index) => `k${index}: ${equalityKey(state.value(arg), arg.type)}`)];
  const key = `{${all.join(', ')}}`;
  const list = `list({k: ${key}, v: ${text}} ORDER BY ${key} ${descending ? 'DESC' : 'ASC'}) FILTER (WHERE ${text} IS NOT NULL)`;
  // Each beside the one before it: HAVING allows no aggregate within a lambda.
  const pairs = `list_zip(${list}, list_prepend(NULL, ${list}), true)`;
  const first = `list_filter(${pairs}, lambda x: x[2] IS NULL OR x[1].k IS DISTINCT FROM x[2].k)`;
  const joined = `array_to_string(list_transform(${first}, lambda x: x[1].v), ${separator})`;
  return `CASE WHEN ${list} IS NOT NULL THEN ${joined} END`;
}

/**
 * JSON_ARRAYAGG and JSON_OBJECTAGG: each row's value as a document of its own (by the evaluator), the brackets cut
 * off and the texts joined; of an object's equal names the last wins when the whole is read again.
 */
function jsonAggregate(state: PrintState, shape: Shape): string {
  const isArray = shape.name === 'JSON_ARRAYAGG';
  const single: BoundExpr = {
    kind: 'call',
    name: isArray ? 'JSON_ARRAY' : 'JSON_OBJECT',
    args: shape.args,
    type: json,
    nullable: false,
  };
  const text = state.value(single);
  const inner = `string_agg(substring(${text}, 2, length(${text}) - 2), ', ')${shape.over}`;
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  const whole = `('${open}' || ${inner} || '${close}')`;
  if (isArray) return whole;
  const column: BoundExpr = { kind: 'column', relation: 0, column: 0, type: longtext, nullable: true };
  return callEvaluator(state, { kind: 'cast', arg: column, type: json, implicit: true }, [whole]);
}

/** A key stands for its text. */
function withoutCast(expr: BoundExpr): BoundExpr {
  if (expr.kind === 'call' && expr.name === 'COLLATION_KEY') return withoutCast(expr.args[0]!);
  return expr.kind === 'cast' && expr.implicit ? expr.arg : expr;
}

export function printWindow(state: PrintState, expr: Window): string {
  const over = ` OVER (${windowText(state, expr)})`;
  const definition = functionsByName.get(expr.name);
  if (definition?.kind === 'aggregate') {
    const { name, args, type } = expr;
    return aggregateText(state, {
      name,
      args,
      distinct: false,
      orderBy: [],
      separator: undefined,
      type,
      over,
    });
  }
  if (definition?.kind !== 'window') throw notSupported(`${expr.name} over a window`);
  return `CAST(${windowCall(state, expr, definition.duckdb)}${over} AS ${queryType(expr.type)})`;
}

function windowCall(state: PrintState, expr: Window, form: string): string {
  const args = expr.args.map((arg) => state.value(arg));
  if (expr.name !== 'LAG' && expr.name !== 'LEAD') return `${form}(${args.join(', ')})`;
  const [subject, offset, otherwise] = expr.args;
  if (subject === undefined) throw new AssertionError(`${expr.name} without an argument`);
  const filler =
    otherwise === undefined
      ? []
      : [
          queryType(otherwise.type) === queryType(subject.type)
            ? args[2]!
            : convert(state, args[2]!, otherwise.type, subject.type),
        ];
  return `${expr.name.toLowerCase()}(${[args[0], offset === undefined ? '1' : args[1], ...filler].join(', ')})`;
}

function windowText(state: PrintState, expr: Window): string {
  requireComparable(expr.partitionBy.map((each) => each.type));
  const parts: string[] = [];
  if (expr.partitionBy.length > 0) {
    parts.push(`PARTITION BY ${expr.partitionBy.map((each) => state.value(each)).join(', ')}`);
  }
  if (expr.orderBy.length > 0) {
    parts.push(`ORDER BY ${expr.orderBy.map((order) => printOrder(state, order)).join(', ')}`);
  }
  if (expr.frame !== undefined) parts.push(frameText(state, expr.frame));
  return parts.join(' ');
}

function frameText(state: PrintState, frame: BoundFrame): string {
  return `${frame.unit.toUpperCase()} BETWEEN ${boundText(state, frame.start)} AND ${boundText(state, frame.end)}`;
}

/** DuckDB's functions that make an INTERVAL of a number. */
const intervals: Readonly<Record<string, string>> = {
  YEAR: 'to_years',
  QUARTER: 'to_quarters',
  MONTH: 'to_months',
  WEEK: 'to_weeks',
  DAY: 'to_days',
  HOUR: 'to_hours',
  MINUTE: 'to_minutes',
  SECOND: 'to_seconds',
  MICROSECOND: 'to_microseconds',
};

function offsetText(
  state: PrintState,
  bound: Extract<BoundFrameBound, { kind: 'preceding' | 'following' }>,
): string {
  const offset = state.value(bound.offset);
  if (bound.unit === undefined) return offset;
  const isClock = /^(HOUR|MINUTE|MICROSECOND)$/.test(bound.unit);
  const number =
    bound.unit === 'SECOND' ? `CAST(${offset} AS DOUBLE)` : isClock ? offset : `CAST(${offset} AS INTEGER)`;
  return `${intervals[bound.unit]}(${number})`;
}

function boundText(state: PrintState, bound: BoundFrameBound): string {
  switch (bound.kind) {
    case 'unboundedPreceding':
      return 'UNBOUNDED PRECEDING';
    case 'unboundedFollowing':
      return 'UNBOUNDED FOLLOWING';
    case 'currentRow':
      return 'CURRENT ROW';
    case 'preceding':
    case 'following':
      return `${offsetText(state, bound)} ${bound.kind.toUpperCase()}`;
    default:
      return assertNever(bound);
  }
}
