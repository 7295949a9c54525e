/** Makes a query independent of the session's database, so that a view reads the same tables from anywhere. */
import type { Query, TableName } from '../sql/ast.ts';

/** The names of the common table expressions that are visible, in lower case: those are no tables. */
type CteNames = ReadonlySet<string>;

const isNode = (value: unknown): value is { readonly kind: unknown } =>
  typeof value === 'object' && value !== null && 'kind' in value;

function qualifyName(name: TableName, database: string, ctes: CteNames): TableName {
  if (name.database !== null || ctes.has(name.name.toLowerCase())) return name;
  return { ...name, database };
}

/** WITH: a common table expression sees those before it, and under RECURSIVE all of them. */
function qualifyBlock(query: Query, database: string, ctes: CteNames): Query {
  if (query.with === null) return rebuild(query, database, ctes) as Query;
  const visible = new Set(ctes);
  if (query.with.recursive) for (const { name } of query.with.ctes) visible.add(name.toLowerCase());
  const qualified = query.with.ctes.map((table) => {
    const inner = qualifyBlock(table.query, database, new Set(visible));
    visible.add(table.name.toLowerCase());
    return { ...table, query: inner };
  });
  const rest = rebuild({ ...query, with: null }, database, visible) as Query;
  return { ...rest, with: { ...query.with, ctes: qualified } };
}

/** The same value with every table name below it qualified. */
function qualify(value: unknown, database: string, ctes: CteNames): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => qualify(item, database, ctes));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (isNode(value) && value.kind === 'query') return qualifyBlock(value as Query, database, ctes);
  return rebuild(value, database, ctes);
}

function rebuild(node: object, database: string, ctes: CteNames): object {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(node)) copy[name] = qualify(value, database, ctes);
  // FROM t and TABLE t; every other table name of a query (FOR UPDATE OF t) names one of these.
  if (isNode(node) && node.kind === 'table' && 'name' in node) {
    copy.name = qualifyName(node.name as TableName, database, ctes);
  } else if (isNode(node) && node.kind === 'tableQuery' && 'table' in node) {
    copy.table = qualifyName(node.table as TableName, database, ctes);
  }
  return copy;
}

/** The query with `database` before every table name that has none. */
export function qualifyQuery(query: Query, database: string): Query {
  return qualifyBlock(query, database, new Set());
}
