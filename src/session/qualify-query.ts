/** Makes a query independent of the session's database, so that a view reads the same tables from anywhere. */
import type { Query, TableName } from '../sql/ast.ts';

/** The names of the common table expressions that are visible, in lower case: those are no tables. */
type CteNames = ReadonlySet<string>;

const isNode = (value: unknown): value is { readonly kind: unknown } =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** What becomes of a table's name; `isCte`: without a database it is a common table expression. */
type Rename = (name: TableName, isCte: boolean) => TableName;

const renamed = (name: TableName, rename: Rename, ctes: CteNames): TableName =>
  rename(name, ctes.has(name.name.toLowerCase()));

/** WITH: a common table expression sees those before it, and under RECURSIVE all of them. */
function renameBlock(query: Query, rename: Rename, ctes: CteNames): Query {
  if (query.with === null) return rebuild(query, rename, ctes) as Query;
  const visible = new Set(ctes);
  if (query.with.recursive) for (const { name } of query.with.ctes) visible.add(name.toLowerCase());
  const qualified = query.with.ctes.map((table) => {
    const inner = renameBlock(table.query, rename, new Set(visible));
    visible.add(table.name.toLowerCase());
    return { ...table, query: inner };
  });
  const rest = rebuild({ ...query, with: null }, rename, visible) as Query;
  return { ...rest, with: { ...query.with, ctes: qualified } };
}

/** The same value with every table name below it renamed. */
function renameIn(value: unknown, rename: Rename, ctes: CteNames): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renameIn(item, rename, ctes));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (isNode(value) && value.kind === 'query') return renameBlock(value as Query, rename, ctes);
  return rebuild(value, rename, ctes);
}

function rebuild(node: object, rename: Rename, ctes: CteNames): object {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(node)) copy[name] = renameIn(value, rename, ctes);
  // FROM t and TABLE t; every other table name of a query (FOR UPDATE OF t) names one of these.
  if (isNode(node) && node.kind === 'table' && 'name' in node) {
    copy.name = renamed(node.name as TableName, rename, ctes);
  } else if (isNode(node) && node.kind === 'tableQuery' && 'table' in node) {
    copy.table = renamed(node.table as TableName, rename, ctes);
  }
  return copy;
}

/** The query with `database` before every table name that has none. */
export function qualifyQuery(query: Query, database: string): Query {
  const rename: Rename = (name, isCte) => (name.database !== null || isCte ? name : { ...name, database });
  return renameBlock(query, rename, new Set());
}

/** The query as it reads in a session of `database`: without that database before its tables. */
export function unqualifyQuery(query: Query, database: string): Query {
  const rename: Rename = (name, isCte) =>
    name.database === database && !isCte ? { ...name, database: null } : name;
  return renameBlock(query, rename, new Set());
}
