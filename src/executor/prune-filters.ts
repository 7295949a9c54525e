import type { TableDef } from '../catalog/schema.ts';
import type { PruneFilter } from '../offline/delta/prune.ts';
import type { BoundExpr } from '../planner/bound.ts';
import { canEvaluate } from '../planner/evaluator/compile.ts';
import { isConstant } from '../planner/expr-tools.ts';
import { type SqlType, typeClass } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';

type Operator = PruneFilter['operator'];

const mirrored: Readonly<Record<string, Operator>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const direct: Readonly<Record<string, Operator>> = { '=': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** Whether a value of one type says about a column of the other what its files' bounds can be asked. */
function sameForm(column: SqlType, value: SqlType): boolean {
  const form = typeClass(column);
  return form === typeClass(value) && (form !== 'temporal' || column.kind === value.kind);
}

function constantValues(
  column: SqlType,
  exprs: readonly BoundExpr[],
  constant: (expr: BoundExpr) => SqlValue,
): SqlValue[] | undefined {
  if (!exprs.every((expr) => isConstant(expr) && sameForm(column, expr.type) && canEvaluate(expr) === true)) {
    return undefined;
  }
  return exprs.map(constant);
}

/**
 * What conditions over one table alone say about single columns, for leaving out files. A condition that
 * says nothing is passed over: it is applied to the rows in any case.
 */
export function pruneFilters(
  table: TableDef,
  filters: readonly BoundExpr[],
  constant: (expr: BoundExpr) => SqlValue,
): PruneFilter[] {
  return filters.flatMap((filter): PruneFilter[] => {
    if (filter.kind !== 'call') return [];
    const [first, second] = filter.args;
    if (first === undefined || second === undefined) return [];
    const turned = first.kind !== 'column';
    const column = turned ? second : first;
    if (column.kind !== 'column' || column.column < 0) return [];
    const { type } = table.columns[column.column]!;
    if (filter.name === 'IN' && !turned) {
      const values = constantValues(type, filter.args.slice(1), constant);
      return values === undefined ? [] : [{ column: column.column, operator: 'in', values }];
    }
    const operator = (turned ? mirrored : direct)[filter.name];
    if (operator === undefined || filter.args.length !== 2) return [];
    const values = constantValues(type, [turned ? first : second], constant);
    return values === undefined ? [] : [{ column: column.column, operator, values }];
  });
}
