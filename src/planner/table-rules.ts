/** What a table's definition computes for each row: defaults that are expressions, generated columns, checks. */
import { GatewayError, notSupported } from '../base/errors.ts';
import { emptyCatalog } from '../catalog/catalog.ts';
import type { ColumnDef } from '../catalog/schema.ts';
import { parseExpressionText } from '../sql/parse/parse.ts';
import { defaultCollation } from '../types/sql-type.ts';
import { asCondition } from './bind/arguments.ts';
import { BindContext } from './bind/context.ts';
import { bindQuery } from './bind/query.ts';
import { blockEnv } from './bind/select.ts';
import { relationScope } from './bind/table.ts';
import type { BoundExpr } from './bound.ts';
import { canEvaluate } from './evaluator/compile.ts';
import { isVolatile, some, walk } from './expr-tools.ts';
import type { PlanFacts } from './facts.ts';

export interface RuleTable {
  readonly name: string;
  readonly columns: readonly ColumnDef[];
  readonly checks?: readonly { readonly name: string; readonly text: string; readonly enforced: boolean }[];
}

export interface TableRules {
  /** By column: a default without columns. */
  readonly defaults: ReadonlyMap<number, BoundExpr>;
  /** In the order of the columns: a generated column may read the generated ones before it. */
  readonly generated: readonly { readonly column: number; readonly value: BoundExpr }[];
  /** Those that are enforced. */
  readonly checks: readonly { readonly name: string; readonly condition: BoundExpr }[];
}

/** Expressions of a definition know nothing of a session. */
const facts: PlanFacts = {
  catalog: emptyCatalog,
  database: undefined,
  sqlMode: new Set(['ONLY_FULL_GROUP_BY']),
  connectionCollation: defaultCollation,
  text: '',
  asOf: null,
  placeholder: () => undefined,
  versionAt: () => undefined,
  context: () => null,
  zoneMinutes: () => 0,
  userVariable: () => undefined,
  systemVariable: () => undefined,
  limits: { tablesPerStatement: 0, parserDepth: 200, subqueryDepth: 1 },
};

/** An expression over one row of the table, whose columns are those of relation 0. */
function bindText(text: string, table: RuleTable): BoundExpr {
  const context = new BindContext(facts);
  const relation = {
    id: context.newRelation(),
    alias: table.name,
    database: undefined,
    columns: table.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    versioned: false,
    optional: false,
  };
  const surroundings = {
    ctes: [],
    database: undefined,
    asOf: null,
    text,
    collation: defaultCollation,
    views: [table.name],
  };
  const env = blockEnv(
    { context, surroundings, outer: null, bindQuery },
    relationScope(relation),
    'field list',
  );
  return env.bind(parseExpressionText(text), env);
}

/** Refuses what a definition's expression may not hold; `what` names it in messages. */
function checked(expr: BoundExpr, what: string, mayChange: boolean): BoundExpr {
  if (!mayChange && (isVolatile(expr) || some(expr, (each) => each.kind === 'context'))) {
    throw new GatewayError(
      'DISALLOWED_FUNCTION',
      `Expression of ${what} contains a function whose value changes.`,
    );
  }
  const possible = canEvaluate(expr);
  if (possible !== true) throw notSupported(`${possible} in ${what}`);
  return expr;
}

function generatedValue(table: RuleTable, column: number): BoundExpr {
  const { name, generated } = table.columns[column]!;
  const what = `generated column '${name}'`;
  const expr = checked(bindText(generated!.text, table), what, false);
  walk(expr, (each) => {
    if (each.kind !== 'column') return;
    const read = table.columns[each.column];
    if (read?.generated !== undefined && each.column >= column) {
      throw new GatewayError(
        'GENERATED_COLUMN_ORDER',
        'Generated column can refer only to generated columns defined prior to it.',
      );
    }
    if (read?.autoIncrement === true) {
      throw new GatewayError(
        'GENERATED_FROM_AUTO_INCREMENT',
        `Generated column '${name}' cannot refer to auto-increment column.`,
      );
    }
  });
  return expr;
}

function defaultValue(table: RuleTable, column: number, text: string): BoundExpr {
  const what = `default value expression of column '${table.columns[column]!.name}'`;
  const expr = checked(bindText(text, table), what, true);
  if (some(expr, (each) => each.kind === 'column')) throw notSupported(`a column in the ${what}`);
  return expr;
}

/** Binds a definition's expressions. Errors 1054, 1064, 1235 and those of what they may not hold. */
export function bindRules(table: RuleTable): TableRules {
  const defaults = new Map<number, BoundExpr>();
  const generated: { column: number; value: BoundExpr }[] = [];
  for (const [index, column] of table.columns.entries()) {
    if (column.default?.kind === 'expression') {
      defaults.set(index, defaultValue(table, index, column.default.text));
    }
    if (column.generated !== undefined)
      generated.push({ column: index, value: generatedValue(table, index) });
  }
  const checks = (table.checks ?? []).map(({ name, text, enforced }) => {
    const condition = asCondition(checked(bindText(text, table), `check constraint '${name}'`, false));
    return { name, condition, enforced };
  });
  return { defaults, generated, checks: checks.filter(({ enforced }) => enforced) };
}

const known = new WeakMap<RuleTable, TableRules | null>();

/** The rules of a table of the catalog; null for none, which is the most. */
export function rulesOf(table: RuleTable): TableRules | null {
  let rules = known.get(table);
  if (rules === undefined) {
    const hasRules =
      (table.checks ?? []).length > 0 ||
      table.columns.some(
        ({ default: byDefault, generated }) => byDefault?.kind === 'expression' || generated !== undefined,
      );
    rules = hasRules ? bindRules(table) : null;
    known.set(table, rules);
  }
  return rules;
}
