/**
 * Which conjuncts a MySQL-compatible server can apply for us. The caller applies every filter again, so what
 * is pushed may let too many rows through but never too few: the remote collation may be looser than ours
 * (binary), so text is compared by equality only, and a negation is pushed only over exact predicates.
 */
import type { ExternalTableDef } from '../../catalog/schema.ts';
import type { BoundExpr } from '../../planner/bound.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import { formatDate, formatDatetime, formatTime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';

export interface PushedFilter {
  /** SQL with `?` for values. */
  readonly sql: string;
  readonly values: readonly (string | number | bigint | Uint8Array | null)[];
  /** Whether it lets through exactly the rows that the filter does. */
  readonly exact: boolean;
}

export const quoteIdentifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

const comparisons = new Set(['=', '<', '<=', '>', '>=', '<>']);
const mirrored: Record<string, string> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

type ColumnExpr = Extract<BoundExpr, { kind: 'column' }>;

/** The column under casts that change no value's order or equality (int to bigint, date to datetime …). */
function columnOf(expr: BoundExpr): ColumnExpr | undefined {
  if (expr.kind === 'column') return expr;
  if (expr.kind !== 'cast' || !expr.implicit) return undefined;
  const inner = columnOf(expr.arg);
  if (inner === undefined) return undefined;
  const from = typeClass(inner.type);
  const to = typeClass(expr.type);
  const widening = from === to || (from === 'integer' && to === 'decimal');
  return widening && from !== 'real' && inner.type.kind !== 'time' && expr.type.kind !== 'time'
    ? inner
    : undefined;
}

function isConstant(expr: BoundExpr): boolean {
  switch (expr.kind) {
    case 'literal':
    case 'parameter':
    case 'context':
      return true;
    case 'cast':
      return isConstant(expr.arg);
    case 'call':
      return expr.args.every(isConstant);
    default:
      return false;
  }
}

function wireValue(value: SqlValue, type: SqlType): string | number | bigint | Uint8Array | null {
  if (value === null) return null;
  switch (type.kind) {
    case 'date':
      return formatDate(value as number);
    case 'datetime':
    case 'timestamp':
      return formatDatetime(value as bigint, 6);
    case 'time':
      return formatTime(value as bigint, 6);
    default:
      return value;
  }
}

export class Pushdown {
  readonly #table: ExternalTableDef;
  readonly #constant: (expr: BoundExpr) => SqlValue;

  constructor(table: ExternalTableDef, constant: (expr: BoundExpr) => SqlValue) {
    this.#table = table;
    this.#constant = constant;
  }

  /** The filter in the remote dialect, or undefined when it has to stay here. */
  push(filter: BoundExpr): PushedFilter | undefined {
    if (filter.kind !== 'call') return undefined;
    const { name, args } = filter;
    if (comparisons.has(name)) return this.#comparison(name, args[0]!, args[1]!);
    if (name === 'AND' || name === 'OR') return this.#connective(name, args);
    if (name === 'IN') return this.#inList(args);
    if (name === 'BETWEEN') {
      const low = this.#comparison('>=', args[0]!, args[1]!);
      const high = this.#comparison('<=', args[0]!, args[2]!);
      return low && high ? this.#join('AND', [low, high]) : undefined;
    }
    if (name === 'IS_NULL' || name === 'IS_NOT_NULL') {
      const column = columnOf(args[0]!);
      if (column === undefined) return undefined;
      const sql = `${this.#name(column)} IS ${name === 'IS_NULL' ? '' : 'NOT '}NULL`;
      return { sql, values: [], exact: true };
    }
    return undefined;
  }

  #name(column: ColumnExpr): string {
    return quoteIdentifier(this.#table.columns[column.column]!.name);
  }

  #comparison(operator: string, left: BoundExpr, right: BoundExpr): PushedFilter | undefined {
    const leftColumn = columnOf(left);
    if (leftColumn === undefined) {
      return columnOf(right) !== undefined && isConstant(left)
        ? this.#comparison(mirrored[operator]!, right, left)
        : undefined;
    }
    if (!isConstant(right)) return undefined;
    const exact = this.#exact(leftColumn.type);
    if (!exact && operator !== '=') return undefined;
    if (!this.#comparable(leftColumn, right)) return undefined;
    const value = wireValue(this.#constant(right), this.#typeOf(right));
    return { sql: `${this.#name(leftColumn)} ${operator} ?`, values: [value], exact };
  }

  #inList(args: readonly BoundExpr[]): PushedFilter | undefined {
    const column = columnOf(args[0]!);
    const items = args.slice(1);
    if (column === undefined || !items.every((item) => isConstant(item) && this.#comparable(column, item)))
      return undefined;
    const values = items.map((item) => wireValue(this.#constant(item), this.#typeOf(item)));
    return {
      sql: `${this.#name(column)} IN (${items.map(() => '?').join(', ')})`,
      values,
      exact: this.#exact(column.type),
    };
  }

  #connective(name: 'AND' | 'OR', args: readonly BoundExpr[]): PushedFilter | undefined {
    const pushed = args.map((arg) => this.push(arg));
    const known = pushed.filter((part) => part !== undefined);
    // One side of an AND may stay here; an OR goes whole or not at all.
    if (known.length === 0 || (name === 'OR' && known.length < args.length)) return undefined;
    const joined = this.#join(name, known);
    return known.length === args.length ? joined : { ...joined, exact: false };
  }

  #join(name: 'AND' | 'OR', parts: readonly PushedFilter[]): PushedFilter {
    return {
      sql: `(${parts.map((part) => part.sql).join(` ${name} `)})`,
      values: parts.flatMap((part) => part.values),
      exact: parts.every((part) => part.exact),
    };
  }

  #typeOf(expr: BoundExpr): SqlType {
    if ('type' in expr) return expr.type;
    return { kind: 'null' };
  }

  /** The remote compares as we do only when both sides are of one class; anything else stays here. */
  #comparable(column: ColumnExpr, constant: BoundExpr): boolean {
    const left = typeClass(column.type);
    const right = typeClass(this.#typeOf(constant));
    // A FLOAT equals no decimal constant the same way on two servers.
    if (
      left === 'json' ||
      left === 'bit' ||
      column.type.kind === 'float' ||
      column.type.kind === 'enum' ||
      column.type.kind === 'set'
    )
      return false;
    if (left === 'integer' || left === 'decimal') return right === 'integer' || right === 'decimal';
    return (
      left === right && (left !== 'temporal' || this.#temporalComparable(column.type, this.#typeOf(constant)))
    );
  }

  /** TIMESTAMP depends on the remote session's zone, which the connector sets to UTC; TIME mixes with nothing. */
  #temporalComparable(left: SqlType, right: SqlType): boolean {
    return left.kind === 'time' ? right.kind === 'time' : right.kind !== 'time';
  }

  #exact(type: SqlType): boolean {
    const kind = typeClass(type);
    return kind !== 'string' && kind !== 'real';
  }
}
