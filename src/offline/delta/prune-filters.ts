import type { BoundExpr } from '../../planner/bound.ts';
import { typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { PruneFilter } from './prune.ts';

type Operator = '=' | '<' | '<=' | '>' | '>=';

const mirrored: Readonly<Record<string, Operator>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The column of which an operand is the plain value; the binder's own casts within a class keep the value. */
function columnOf(expr: BoundExpr): number | undefined {
  if (expr.kind === 'cast' && expr.implicit) {
    const from = typeClass(expr.arg.type);
    const to = typeClass(expr.type);
    const keeps = from === 'temporal' ? expr.arg.type.kind === expr.type.kind : from === to;
    return keeps || (from === 'integer' && to === 'decimal') ? columnOf(expr.arg) : undefined;
  }
  return expr.kind === 'column' && expr.column >= 0 ? expr.column : undefined;
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

/**
 * What of a statement's conditions on one table helps to leave out files: comparisons of a column with
 * constants. `constant` evaluates an expression without columns; one that it cannot evaluate is ignored.
 */
export function pruneFilters(
  filters: readonly BoundExpr[],
  constant: (expr: BoundExpr) => SqlValue,
): PruneFilter[] {
  const known = (expr: BoundExpr): { readonly value: SqlValue } | undefined => {
    if (!isConstant(expr)) return undefined;
    try {
      return { value: constant(expr) };
    } catch {
      return undefined;
    }
  };
  const result: PruneFilter[] = [];
  const add = (column: number | undefined, operator: Operator | 'in', values: readonly BoundExpr[]): void => {
    if (column === undefined) return;
    const evaluated = values.map(known);
    if (evaluated.some((each) => each === undefined)) return;
    result.push({ column, operator, values: evaluated.map((each) => each!.value) });
  };
  const visit = (expr: BoundExpr): void => {
    if (expr.kind !== 'call') return;
    const [first, second, third] = expr.args;
    if (expr.name === 'AND') expr.args.forEach(visit);
    else if (expr.name === 'IN' && first !== undefined) add(columnOf(first), 'in', expr.args.slice(1));
    else if (expr.name === 'BETWEEN' && first !== undefined && second !== undefined && third !== undefined) {
      add(columnOf(first), '>=', [second]);
      add(columnOf(first), '<=', [third]);
    } else if (mirrored[expr.name] !== undefined && first !== undefined && second !== undefined) {
      add(columnOf(first), mirrored[mirrored[expr.name]!]!, [second]);
      add(columnOf(second), mirrored[expr.name]!, [first]);
    }
  };
  filters.forEach(visit);
  return result;
}
