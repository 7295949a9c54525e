/** USE, KILL, FLUSH, PREPARE and EXECUTE of the text protocol, and other statements about the session itself. */
import { GatewayError } from '../../base/errors.ts';
import { administersConnections } from '../../catalog/access.ts';
import { findMetadataDatabase } from '../../catalog/metadata/names.ts';
import { databaseDenied } from '../../catalog/need.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { TableName } from '../../sql/ast.ts';
import type { Utility } from '../../sql/statement.ts';
import { parseDatabaseName } from '../../time/point-text.ts';
import type { OkResult } from '../result.ts';
import type { SessionState } from '../state.ts';
import { okResult } from './planned.ts';

const unknownDatabase = (name: string): GatewayError =>
  new GatewayError('UNKNOWN_DATABASE', `Unknown database '${name}'`);

/** USE and COM_INIT_DB; `db@v12` and `db@2021-06-23T00:15:00Z` read the database as of that point. */
export function selectDatabase(name: string, state: SessionState): void {
  const { catalog } = state.services.journal;
  // Refused before anything tells whether there is such a database.
  const known = catalog.database(name) !== undefined || findMetadataDatabase(name) !== undefined;
  const plainName = known ? name : parseDatabaseName(name).database;
  if (!state.access.entersDatabase(plainName)) throw databaseDenied(plainName, state.loginName);
  if (catalog.database(name) !== undefined) {
    state.database = name;
    state.databaseAsOf = undefined;
  } else if (findMetadataDatabase(name) !== undefined) {
    state.database = findMetadataDatabase(name);
    state.databaseAsOf = undefined;
  } else {
    const { database: plain, point } = parseDatabaseName(name);
    const database = catalog.database(plain);
    if (point === undefined || database === undefined) throw unknownDatabase(name);
    state.database = database.name;
    state.databaseAsOf = point;
  }
  state.variables.useDatabaseCollation(catalog.database(state.database!)?.collation);
  state.tracker.databaseSelected();
}

/** The feature group that a statement names. Errors 1046, 1146, 1347. */
export function findTable(name: TableName, state: SessionState): TableDef {
  const database = name.database ?? state.database;
  if (database === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
  const relation = state.services.journal.catalog.relation(database, name.name);
  if (relation === undefined) {
    throw new GatewayError('NO_SUCH_TABLE', `Table '${database}.${name.name}' doesn't exist`);
  }
  if (relation.kind !== 'table') {
    throw new GatewayError('NOT_BASE_TABLE', `'${database}.${name.name}' is not BASE TABLE`);
  }
  return relation;
}

/** FLUSH TABLES moves tails to the offline tier; what MySQL flushes besides has nothing to be flushed here. */
export async function runFlush(
  statement: Extract<Utility, { kind: 'flush' }>,
  state: SessionState,
): Promise<OkResult> {
  if (!statement.what.startsWith('TABLE')) return okResult();
  const tables = statement.tables.map((name) => findTable(name, state));
  await state.services.flush(tables.length === 0 ? undefined : tables);
  return okResult();
}

export function runKill(target: 'connection' | 'query', id: bigint, state: SessionState): OkResult {
  const what = target === 'query' ? 'query' : 'connection';
  state.services.processes.kill(Number(id), what, state.identity, administersConnections(state.access));
  return okResult();
}
