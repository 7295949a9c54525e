/** SET lists of UPDATE and ON DUPLICATE KEY UPDATE: from left to right, each sees what those before it set. */
import type { TableDef } from '../../catalog/schema.ts';
import type { Assignment as AssignmentNode } from '../../sql/statement.ts';
import type { BoundExpr, RelationId } from '../bound.ts';
import { castTo } from '../expr-tools.ts';
import { mapExprDeep } from '../map-query.ts';
import { assignedTo } from './arguments.ts';
import type { ExprEnv } from './env.ts';
import { defaultOf, targetColumn } from './target.ts';

export interface BoundAssignment {
  readonly column: number;
  readonly value: BoundExpr | 'default';
}

/** The value that a later assignment reads: as the column stores it. */
function stored(table: TableDef, assignment: BoundAssignment): BoundExpr {
  const column = table.columns[assignment.column]!;
  return assignment.value === 'default' ? defaultOf(column) : castTo(assignment.value, column.type);
}

/**
 * The assignments with one value a column, names of earlier assigned columns replaced by their new values.
 * `relation` is the row that they change.
 */
export function bindAssignments(
  nodes: readonly AssignmentNode[],
  table: TableDef,
  alias: string,
  relation: RelationId,
  env: ExprEnv,
): BoundAssignment[] {
  const assigned = new Map<number, BoundAssignment>();
  for (const node of nodes) {
    const column = targetColumn(table, alias, node.column);
    if (node.value.kind === 'default') {
      assigned.set(column, { column, value: 'default' });
      continue;
    }
    const bound = assignedTo(env.context, env.bind(node.value, env), table.columns[column]!.type);
    const value = mapExprDeep(bound, (expr) => {
      if (expr.kind !== 'column' || expr.relation !== relation) return undefined;
      const earlier = assigned.get(expr.column);
      return earlier === undefined ? undefined : stored(table, earlier);
    });
    assigned.set(column, { column, value });
  }
  return [...assigned.values()];
}
