import { emptyCatalog } from '../../../src/catalog/catalog.ts';
import { BindContext } from '../../../src/planner/bind-context.ts';
import { bindExpr } from '../../../src/planner/bind-expr.ts';
import type { BoundExpr } from '../../../src/planner/bound.ts';
import { parseExpressionText } from '../../../src/sql/parse.ts';
import type { SqlType } from '../../../src/types/sql-type.ts';

export interface TestColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** An expression's text, bound over a relation 0 with these columns; its literals are part of it. */
export function bindOver(text: string, columns: readonly TestColumn[]): BoundExpr {
  const relation = {
    id: 0,
    alias: 't',
    database: undefined,
    columns: columns.map((column) => ({ ...column, nullable: true })),
    versioned: false,
    optional: false,
  };
  const from = {
    relations: [relation],
    visible: columns.map(({ name }, index) => ({ name, relation, index })),
  };
  const context = new BindContext({
    catalog: emptyCatalog,
    database: undefined,
    sqlMode: new Set(),
    text,
    asOf: null,
    placeholder: () => undefined,
    versionAt: () => undefined,
    context: () => null,
    zoneMinutes: () => 0,
    userVariable: () => undefined,
    systemVariable: () => undefined,
    limits: { tablesPerStatement: 61, parserDepth: 200 },
  });
  return bindExpr(parseExpressionText(text), {
    context,
    // Literals of a view stay literals, which is what this helper wants.
    surroundings: { ctes: [], database: undefined, asOf: null, text, views: ['v'] },
    scope: { from, outer: null },
    clause: 'field list',
    aggregates: false,
    windows: null,
    alias: () => undefined,
    aliasFirst: false,
    columns: true,
    insertValue: null,
    bind: bindExpr,
    bindQuery: () => {
      throw new Error('no queries here');
    },
  });
}
