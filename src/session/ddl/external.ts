/** Servers and the external tables on them. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type {
  CatalogChange,
  ColumnDef,
  ExternalSource,
  ExternalTableDef,
  ServerDef,
} from '../../catalog/schema.ts';
import type { ServerOption } from '../../sql/definition.ts';
import type { Ddl } from '../../sql/statement.ts';
import { defaultCollation } from '../../types/sql-type.ts';
import { note, type StatementWarning } from '../warning.ts';
import { checkDistinctNames, columnDef } from './column.ts';
import {
  checkIdentifier,
  type DdlContext,
  type DdlPlan,
  planOf,
  qualifyNew,
  tableExists,
  wrongObject,
} from './context.ts';

const optionsOf = (options: readonly ServerOption[]): Record<string, string> =>
  Object.fromEntries(options.map(({ name, value }) => [name.toUpperCase(), value]));

const noSuchServer = (name: string): string =>
  `The foreign server name you are trying to reference does not exist. Data source error:  ${name}`;

/** Error 1476 when it exists; the connector checks the options. */
export function createServer(
  statement: Extract<Ddl, { kind: 'createServer' }>,
  context: DdlContext,
): DdlPlan {
  const { name, options } = statement;
  checkIdentifier(name, 'table');
  if (context.catalog.server(name) !== undefined) {
    const message = `Cannot create foreign server '${name}' as it already exists`;
    if (!statement.ifNotExists) throw new GatewayError('SERVER_EXISTS', message);
    return planOf([], [note(1476, message)]);
  }
  const server: ServerDef = { name, wrapper: statement.wrapper.toLowerCase(), options: optionsOf(options) };
  context.checkServer(server);
  return planOf([{ kind: 'putServer', server }]);
}

/** The options named change, the others stay. Error 1477. */
export function alterServer(
  statement: { readonly name: string; readonly options: readonly ServerOption[] },
  context: DdlContext,
): DdlPlan {
  const existing = context.catalog.server(statement.name);
  if (existing === undefined) throw new GatewayError('SERVER_MISSING', noSuchServer(statement.name));
  const server = { ...existing, options: { ...existing.options, ...optionsOf(statement.options) } };
  context.checkServer(server);
  return planOf([{ kind: 'putServer', server }]);
}

/** Error 1477; a server that external tables stand on cannot go. */
export function dropServer(
  statement: { readonly name: string; readonly ifExists: boolean },
  context: DdlContext,
): DdlPlan {
  const { name } = statement;
  if (context.catalog.server(name) === undefined) {
    if (!statement.ifExists) throw new GatewayError('SERVER_MISSING', noSuchServer(name));
    return planOf([], [note(1477, noSuchServer(name))]);
  }
  const user = externalTables(context).find((table) => table.server === name);
  if (user !== undefined) {
    throw new GatewayError(
      'SERVER_IN_USE',
      `Cannot drop server '${name}': external table '${user.database}.${user.name}' uses it`,
    );
  }
  return planOf([{ kind: 'dropServer', name }]);
}

function externalTables(context: DdlContext): ExternalTableDef[] {
  const tables: ExternalTableDef[] = [];
  for (const database of context.catalog.databases) {
    for (const relation of context.catalog.relations(database.name)) {
      if (relation.kind === 'external') tables.push(relation);
    }
  }
  return tables;
}

type CreateExternalTable = Extract<Ddl, { kind: 'createExternalTable' }>;

/** Its columns are as given, or else asked of the external system, which thereby is known to answer. */
export async function createExternalTable(
  statement: CreateExternalTable,
  context: DdlContext,
): Promise<DdlPlan> {
  const name = qualifyNew(statement.name, context);
  const existing = context.catalog.relation(name.database, name.name);
  if (existing !== undefined && !(statement.orReplace && existing.kind === 'external')) {
    const error = statement.orReplace ? wrongObject(name, 'EXTERNAL TABLE') : tableExists(name.name);
    if (!statement.ifNotExists) throw error;
    return planOf([], [note(error.errno, error.message)]);
  }
  const server = context.catalog.server(statement.server);
  if (server === undefined) throw new GatewayError('SERVER_MISSING', noSuchServer(statement.server));
  const warnings: StatementWarning[] = [];
  const source = sourceOf(statement.source);
  const columns =
    statement.columns.length > 0
      ? givenColumns(statement, context, warnings)
      : await discoveredColumns(server, source, context);
  checkDistinctNames(columns.map((column) => column.name));
  const relation: ExternalTableDef = {
    kind: 'external',
    id: context.catalog.nextTableId,
    ...name,
    server: server.name,
    source,
    columns,
    comment: statement.comment ?? '',
    createdUs: context.nowUs,
  };
  const changes: CatalogChange[] = [{ kind: 'putRelation', relation }];
  return planOf(changes, warnings);
}

const formats = ['parquet', 'csv', 'json', 'delta'] as const;

function sourceOf(source: CreateExternalTable['source']): ExternalSource {
  if (source.kind !== 'location') return source;
  const format = formats.find((known) => known === source.format.toLowerCase());
  if (format === undefined) throw notSupported(`FORMAT ${source.format}`);
  return { kind: 'location', location: source.location, format };
}

function givenColumns(
  statement: CreateExternalTable,
  context: DdlContext,
  warnings: StatementWarning[],
): ColumnDef[] {
  const columnContext = {
    nowUs: context.nowUs,
    timeZone: context.timeZone,
    collation: defaultCollation,
    warn: (warning: StatementWarning) => void warnings.push(warning),
  };
  return statement.columns.map((node, index) => {
    if (node.autoIncrement) throw notSupported('AUTO_INCREMENT in an external table');
    return columnDef(node, index + 1, false, columnContext);
  });
}

async function discoveredColumns(
  server: ServerDef,
  source: ExternalSource,
  context: DdlContext,
): Promise<ColumnDef[]> {
  const found = await context.discoverColumns(server, source);
  if (found.length === 0) throw new GatewayError('NO_COLUMNS', 'A table must have at least 1 column');
  return found.map(({ name, type, nullable }, index) => ({
    id: index + 1,
    name,
    type,
    nullable,
    comment: '',
  }));
}
