/** A name in FROM: a table in one of its forms, a view, an external table, a metadata table, a CTE. */
import { assertNever } from '../../base/assert.ts';
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { CatalogSnapshot } from '../../catalog/catalog.ts';
import { definitionFlags } from '../../catalog/column-flags.ts';
import { findMetadataDatabase } from '../../catalog/metadata/names.ts';
import { metadataTable } from '../../catalog/metadata-tables.ts';
import type { ColumnDef, ExternalTableDef, TableDef, ViewDef } from '../../catalog/schema.ts';
import type { TableFrom } from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parse/parse.ts';
import { bigint, defaultCollation, timestamp, varchar } from '../../types/sql-type.ts';
import type { BoundColumn, BoundFrom, BoundPoint, RelationId } from '../bound.ts';
import { castTo } from '../expr-tools.ts';
import { type FromScope, type ScopeRelation, sameName } from '../scope.ts';
import type { TableAccess } from '../table-access.ts';
import type { VisibleCte } from './context.ts';
import type { ExprEnv } from './env.ts';
import { bindPoint, tableAt } from './point.ts';

export interface FromResult {
  readonly from: BoundFrom;
  readonly scope: FromScope;
}

/** Views may name views; more than this deep is taken for a mistake. */
const viewDepthMost = 32;

/** The scope of one relation. */
export function relationScope(relation: ScopeRelation): FromScope {
  return {
    relations: [relation],
    visible: relation.columns.map((column, index) => ({ name: column.name, relation, index })),
  };
}

function tableColumns(
  table: {
    readonly database: string;
    readonly name: string;
    readonly columns: readonly ColumnDef[];
    readonly indexes?: TableDef['indexes'];
  },
  primaryKey: readonly number[],
  alias: string,
): BoundColumn[] {
  return table.columns.map((column, index) => ({
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    origin: {
      database: table.database,
      table: alias,
      originalTable: table.name,
      originalName: column.name,
      flags: definitionFlags({ columns: table.columns, primaryKey, indexes: table.indexes ?? [] }, index),
    },
  }));
}

/** The columns that `*` leaves out. */
function invisibleColumns(columns: readonly ColumnDef[]): Pick<ScopeRelation, 'invisible'> {
  const invisible = columns.flatMap((column, index) => (column.invisible === true ? [index] : []));
  return invisible.length === 0 ? {} : { invisible: new Set(invisible) };
}

/** What CHANGES adds to the table's columns. */
const changeColumns: readonly BoundColumn[] = [
  { name: '_change_type', type: varchar(16), nullable: false },
  { name: '_commit_version', type: bigint(), nullable: false },
  { name: '_commit_timestamp', type: timestamp(6), nullable: false },
];

export function noSuchTable(database: string, name: string): GatewayError {
  return new GatewayError('NO_SUCH_TABLE', `Table '${database}.${name}' doesn't exist`);
}

export function databaseOf(given: string | null, env: ExprEnv): string {
  const database = given ?? env.surroundings.database;
  if (database === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
  return database;
}

/** Notes a relation for access checks. */
function accessed(id: RelationId, access: Omit<TableAccess, 'read' | 'rights'>, env: ExprEnv): Set<number> {
  return env.context.accesses.add(id, { ...access, rights: env.surroundings.rights });
}

function plainOnly(item: TableFrom, what: string): void {
  if (item.asOf !== null || item.changes !== null || item.eventTime !== null)
    throw noHistory(what, item.name.name);
}

const noHistory = (what: string, name: string): GatewayError =>
  new GatewayError('NOT_VERSIONED', `${what} '${name}' has no history to read`);

/** The catalog that a name is looked up in: what a view names is never a temporary table. */
const catalogOf = ({ context, surroundings }: ExprEnv): CatalogSnapshot =>
  surroundings.views.length > 0 ? context.facts.catalog.permanent : context.facts.catalog;

function temporaryTable(database: string, name: string, env: ExprEnv): TableDef | undefined {
  const table = catalogOf(env).table(database, name);
  return table?.temporary === true ? table : undefined;
}

function bindBaseTable(item: TableFrom, database: string, env: ExprEnv): FromResult | undefined {
  const { context } = env;
  const own = item.asOf === null ? null : bindPoint(item.asOf, env);
  const asOf = own ?? env.surroundings.asOf;
  const temporary = temporaryTable(database, item.name.name, env);
  if (temporary !== undefined) {
    plainOnly(item, 'Temporary table');
    if (asOf !== null) throw noHistory('Temporary table', item.name.name);
  }
  if (item.changes !== null) return bindChanges(item, database, env);
  const table = temporary ?? tableAt(context, database, item.name.name, asOf);
  if (table === undefined) return undefined;
  const alias = item.alias ?? item.name.name;
  const columns = tableColumns(table, table.primaryKey, alias);
  const id = context.newRelation();
  const relation: ScopeRelation = {
    id,
    alias,
    database,
    columns,
    ...invisibleColumns(table.columns),
    versioned: true,
    optional: false,
    read: accessed(id, { database, name: item.name.name, columns, timeTravel: asOf !== null }, env),
  };
  const eventTime = bindEventTime(item, table, env);
  return {
    from: { kind: 'table', relation: relation.id, table, asOf, eventTime, columnsUsed: [], filters: [] },
    scope: relationScope(relation),
  };
}

function bindEventTime(
  item: TableFrom,
  table: TableDef,
  env: ExprEnv,
): Extract<BoundFrom, { kind: 'table' }>['eventTime'] {
  if (item.eventTime === null) return null;
  if (table.eventTime === undefined) {
    throw new GatewayError(
      'WRONG_ARGUMENTS',
      `Table '${table.database}.${table.name}' has no EVENT_TIME column`,
    );
  }
  if (item.eventTime.at === null) return { at: null };
  const type = table.columns[table.eventTime]!.type;
  return { at: castTo(env.context.inferred(env.bind(item.eventTime.at, env), type), type) };
}

function bindChanges(item: TableFrom, database: string, env: ExprEnv): FromResult | undefined {
  const changes = item.changes!;
  if (item.asOf !== null || item.eventTime !== null) throw notSupported('CHANGES together with AS OF');
  const from = bindPoint(changes.from, env);
  const until: BoundPoint | null =
    changes.until === null ? env.surroundings.asOf : bindPoint(changes.until, env);
  const table = tableAt(env.context, database, item.name.name, until);
  if (table === undefined) return undefined;
  const alias = item.alias ?? item.name.name;
  const columns = tableColumns(table, table.primaryKey, alias);
  const id = env.context.newRelation();
  const relation: ScopeRelation = {
    id,
    alias,
    database,
    columns: [...columns, ...changeColumns],
    ...invisibleColumns(table.columns),
    versioned: false,
    optional: false,
    read: accessed(id, { database, name: item.name.name, columns, timeTravel: true }, env),
  };
  return {
    from: {
      kind: 'changes',
      relation: relation.id,
      table,
      from,
      fromExclusive: changes.fromExclusive,
      until,
      net: changes.net,
      columnsUsed: [],
      filters: [],
    },
    scope: relationScope(relation),
  };
}

function bindExternal(item: TableFrom, table: ExternalTableDef, env: ExprEnv): FromResult {
  plainOnly(item, 'External table');
  const alias = item.alias ?? item.name.name;
  const columns = tableColumns(table, [], alias);
  const id = env.context.newRelation();
  const { database, name } = table;
  const relation: ScopeRelation = {
    id,
    alias,
    database,
    columns,
    ...invisibleColumns(table.columns),
    versioned: false,
    optional: false,
    read: accessed(id, { database, name, columns, timeTravel: false }, env),
  };
  return {
    from: { kind: 'external', relation: relation.id, table, columnsUsed: [], filters: [], limit: null },
    scope: relationScope(relation),
  };
}

function bindMetadata(item: TableFrom, database: string, env: ExprEnv): FromResult {
  const table = metadataTable(database, item.name.name);
  if (table === undefined) {
    const schema = database.toLowerCase();
    if (schema === 'information_schema') {
      throw new GatewayError('UNKNOWN_TABLE', `Unknown table '${item.name.name}' in ${schema}`);
    }
    throw new GatewayError('NO_SUCH_TABLE', `Table '${schema}.${item.name.name}' doesn't exist`);
  }
  plainOnly(item, 'Table');
  const alias = item.alias ?? item.name.name;
  const columns: BoundColumn[] = table.columns.map((column) => ({
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    origin: {
      database: table.database,
      table: alias,
      originalTable: table.name,
      originalName: column.name,
      flags: 0,
    },
  }));
  const id = env.context.newRelation();
  const relation: ScopeRelation = {
    id,
    alias,
    database,
    columns,
    versioned: false,
    optional: false,
    read: accessed(id, { database: table.database, name: table.name, columns, timeTravel: false }, env),
  };
  return {
    from: { kind: 'metadata', relation: relation.id, database: table.database, name: table.name, columns },
    scope: relationScope(relation),
  };
}

function bindCte(item: TableFrom, cte: VisibleCte, env: ExprEnv): FromResult {
  plainOnly(item, 'Common table expression');
  const alias = item.alias ?? item.name.name;
  const columns = cte.columns.map((column) => aliased(column, alias));
  const relation: ScopeRelation = {
    id: env.context.newRelation(),
    alias,
    database: undefined,
    columns,
    versioned: false,
    optional: false,
  };
  return {
    from: { kind: 'cte', relation: relation.id, cte: cte.id, columns },
    scope: relationScope(relation),
  };
}

/** Where a computed column comes from: no table, until it is seen through one. */
const computed: NonNullable<BoundColumn['origin']> = {
  database: '',
  table: '',
  originalTable: '',
  originalName: '',
  flags: 0,
};

/** A column seen through a derived table, a view or a CTE. */
export function aliased(column: BoundColumn, alias: string): BoundColumn {
  return { ...column, origin: { ...(column.origin ?? computed), table: alias } };
}

function invalidView(view: ViewDef, cause: unknown): GatewayError {
  return new GatewayError(
    'VIEW_INVALID',
    `View '${view.database}.${view.name}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them`,
    { cause },
  );
}

/** The errors that mean that a view names what is not there any more. */
const staleErrors = new Set([
  'NO_SUCH_TABLE',
  'UNKNOWN_COLUMN',
  'UNKNOWN_DATABASE',
  'UNKNOWN_FUNCTION',
  'VIEW_INVALID',
  'SYNTAX_ERROR',
]);

/** A view is its query in parentheses; AS OF beside its name holds for every table in it. */
function bindView(item: TableFrom, view: ViewDef, env: ExprEnv): FromResult {
  const name = `${view.database}.${view.name}`;
  if (item.changes !== null || item.eventTime !== null) {
    throw new GatewayError('NOT_VERSIONED', `View '${name}' has no changes of its own`);
  }
  const asOf = item.asOf === null ? env.surroundings.asOf : bindPoint(item.asOf, env);
  const { views } = env.surroundings;
  if (views.length >= viewDepthMost || views.includes(name)) throw invalidView(view, undefined);
  try {
    const parsed = parseStatement(view.text);
    if (parsed?.statement.kind !== 'select') throw invalidView(view, undefined);
    const surroundings = {
      ctes: [],
      database: view.database,
      asOf,
      text: view.text,
      collation: view.collation ?? defaultCollation,
      views: [...views, name],
      rights: {
        view: name,
        definer: view.security === 'invoker' ? env.surroundings.rights?.definer : view.definer,
      },
    };
    const query = env.bindQuery(parsed.statement.query, surroundings, null, env.context);
    if (query.columns.length !== view.columns.length) throw invalidView(view, undefined);
    const alias = item.alias ?? view.name;
    const columns = query.columns.map((column, index): BoundColumn => {
      const { name } = view.columns[index]!;
      const seen = { ...aliased(column, alias), name };
      // To clients a view is a table: what is stored below comes from it.
      if (column.origin === undefined || column.origin.originalName === '') return seen;
      const { database, name: originalTable } = view;
      return {
        ...seen,
        origin: { ...column.origin, database, table: alias, originalTable, originalName: name },
      };
    });
    const id = env.context.newRelation();
    const { database } = view;
    const access = { database, name: view.name, columns: view.columns, timeTravel: asOf !== null, query };
    const relation: ScopeRelation = {
      id,
      alias,
      database,
      columns,
      versioned: false,
      optional: false,
      read: accessed(id, access, env),
    };
    return {
      from: {
        kind: 'derived',
        relation: relation.id,
        query: { ...query, columns },
        lateral: false,
        view: name,
      },
      scope: relationScope(relation),
    };
  } catch (error) {
    if (error instanceof GatewayError && staleErrors.has(error.code)) throw invalidView(view, error);
    throw error;
  }
}

/** A table name in FROM. Errors 1046, 1049, 1146, 1109, 1356, 50002, 50003. */
export function bindTable(item: TableFrom, env: ExprEnv): FromResult {
  const { context } = env;
  context.countTable();
  if (item.partitions !== null) throw notSupported('PARTITION');
  const { name } = item.name;
  if (item.name.database === null) {
    const cte = env.surroundings.ctes.find((each) => sameName(each.name, name));
    if (cte !== undefined) return bindCte(item, cte, env);
  }
  const database = databaseOf(item.name.database, env);
  if (findMetadataDatabase(database) !== undefined) return bindMetadata(item, database, env);
  if (env.surroundings.rights === undefined) context.facts.named?.(database, name, 'SELECT');
  const relation = catalogOf(env).relation(database, name);
  context.objects.push({ database, name });
  if (relation?.kind === 'external') return bindExternal(item, relation, env);
  if (relation?.kind === 'view') return bindView(item, relation, env);
  if (relation !== undefined && relation.kind !== 'table') return assertNever(relation);
  const bound = bindBaseTable(item, database, env);
  if (bound !== undefined) return bound;
  if (context.facts.catalog.database(database) === undefined) {
    throw new GatewayError('UNKNOWN_DATABASE', `Unknown database '${database}'`);
  }
  throw noSuchTable(database, name);
}
