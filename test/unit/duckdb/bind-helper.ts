import { type CatalogSnapshot, emptyCatalog } from '../../../src/catalog/catalog.ts';
import type { TableDef } from '../../../src/catalog/schema.ts';
import { BindContext } from '../../../src/planner/bind/context.ts';
import { bindExpr } from '../../../src/planner/bind/expr.ts';
import { bindQuery } from '../../../src/planner/bind/query.ts';
import type { BoundExpr, BoundQuery } from '../../../src/planner/bound.ts';
import { parseExpressionText, parseStatement } from '../../../src/sql/parse/parse.ts';
import type { SqlType } from '../../../src/types/sql-type.ts';

export interface TestColumn {
  readonly name: string;
  readonly type: SqlType;
}

function newContext(text: string, catalog: CatalogSnapshot, database: string | undefined): BindContext {
  return new BindContext({
    catalog,
    database,
    sqlMode: new Set(),
    connectionCollation: 'utf8mb4_0900_bin',
    text,
    asOf: null,
    placeholder: () => undefined,
    versionAt: () => undefined,
    context: () => null,
    zoneMinutes: () => 0,
    userVariable: () => undefined,
    systemVariable: () => undefined,
    limits: { tablesPerStatement: 61, parserDepth: 200, subqueryDepth: 10 },
  });
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
  const context = newContext(text, emptyCatalog, undefined);
  return bindExpr(parseExpressionText(text), {
    context,
    // Literals of a view stay literals, which is what this helper wants.
    surroundings: {
      ctes: [],
      database: undefined,
      asOf: null,
      text,
      collation: 'utf8mb4_0900_bin',
      views: ['v'],
    },
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

/** A query's text, bound over these tables; its literals are part of it. */
export function bindText(text: string, tables: readonly TableDef[], database: string): BoundQuery {
  const catalog = emptyCatalog.apply(
    [
      { kind: 'putDatabase', database: { name: database, collation: 'utf8mb4_0900_bin' } },
      ...tables.map((relation) => ({ kind: 'putRelation', relation }) as const),
    ],
    1,
  );
  const parsed = parseStatement(text);
  if (parsed?.statement.kind !== 'select') throw new Error('no query');
  const context = newContext(text, catalog, database);
  return bindQuery(
    parsed.statement.query,
    { ctes: [], database, asOf: null, text, collation: 'utf8mb4_0900_bin', views: ['v'] },
    null,
    context,
  );
}
