/** The database `tidegate`: what only this gateway has. */
import type { Commit } from '../ports.ts';
import type { MetadataContext } from './context.ts';
import { type MetadataTable, type NamedRow, tablesOf } from './definition.ts';
import { allRelations } from './names.ts';
import { shownServerOptions } from './server-options.ts';

const table = tablesOf('tidegate', 'BASE TABLE');

/** One row a table; a commit that changed no rows (DDL) has one row without a table. */
function* commitRows(commit: Commit, context: MetadataContext): Iterable<NamedRow> {
  const { access, user } = context;
  const own = commit.user.slice(0, commit.user.lastIndexOf('@')) === user.user;
  const shared = {
    version: BigInt(commit.version),
    committed_at: commit.timestampUs,
    kind: commit.kind,
    user: commit.user,
    client: commit.client,
    // It shows values and names: those of others are for who may watch them.
    statement: own || access.global.has('PROCESS') ? commit.statement : '',
  };
  if (commit.tables.length === 0) yield { ...shared, rows_inserted: 0n, rows_updated: 0n, rows_deleted: 0n };
  for (const counts of commit.tables) {
    if (!access.seesRelation(counts.database, counts.table)) continue;
    yield {
      ...shared,
      database_name: counts.database,
      table_name: counts.table,
      rows_inserted: BigInt(counts.inserted),
      rows_updated: BigInt(counts.updated),
      rows_deleted: BigInt(counts.deleted),
    };
  }
}

function* commitsRows(context: MetadataContext): Iterable<NamedRow> {
  for (const commit of context.commits()) yield* commitRows(commit, context);
}

function* tablesRows(context: MetadataContext): Iterable<NamedRow> {
  for (const relation of allRelations(context.catalog)) {
    if (relation.kind !== 'table') continue;
    const statistics = context.statistics(relation);
    yield {
      database_name: relation.database,
      table_name: relation.name,
      table_id: BigInt(relation.id),
      schema_version: relation.schemaVersion,
      online: relation.online ? 1 : 0,
      event_time: relation.eventTime === undefined ? null : relation.columns[relation.eventTime]!.name,
      created_version: BigInt(relation.createdVersion),
      altered_version: BigInt(relation.sinceVersion),
      flushed_version: statistics?.flushedVersion === undefined ? null : BigInt(statistics.flushedVersion),
      row_count: statistics === undefined ? null : BigInt(statistics.rowCount),
    };
  }
}

function* externalTablesRows(context: MetadataContext): Iterable<NamedRow> {
  for (const relation of allRelations(context.catalog)) {
    if (relation.kind !== 'external') continue;
    const { source } = relation;
    yield {
      database_name: relation.database,
      table_name: relation.name,
      server_name: relation.server,
      source_kind: source.kind,
      source:
        source.kind === 'table' ? source.table : source.kind === 'query' ? source.query : source.location,
      format: source.kind === 'location' ? source.format : null,
    };
  }
}

function* serversRows(context: MetadataContext): Iterable<NamedRow> {
  for (const server of context.catalog.servers) {
    yield {
      server_name: server.name,
      wrapper: server.wrapper,
      options: shownServerOptions(server)
        .map(([name, value]) => `${name} '${value.replaceAll("'", "''")}'`)
        .join(', '),
    };
  }
}

function* sessionsRows(context: MetadataContext): Iterable<NamedRow> {
  for (const process of context.processes()) {
    yield {
      connection_id: BigInt(process.id),
      user: process.user,
      host: process.host,
      database_name: process.database ?? null,
      client: process.attributes.get('program_name') ?? process.attributes.get('_client_name') ?? '',
      command: process.command,
      seconds: process.timeSeconds,
      state: process.state,
      statement: process.info ?? null,
      connected_at: process.connectedUs,
    };
  }
}

export const tidegateTables: readonly MetadataTable[] = [
  table(
    'commits',
    `version bigint
     committed_at timestamp(6)
     kind varchar(8)
     user varchar(288)
     client varchar(255)
     statement longtext
     database_name identifier null
     table_name identifier null
     rows_inserted bigint
     rows_updated bigint
     rows_deleted bigint`,
    commitsRows,
  ),
  table(
    'tables',
    `database_name identifier
     table_name identifier
     table_id bigint
     schema_version int
     online tinyint
     event_time varchar(64) null
     created_version bigint
     altered_version bigint
     flushed_version bigint null
     row_count bigint null`,
    tablesRows,
  ),
  table(
    'external_tables',
    `database_name identifier
     table_name identifier
     server_name varchar(64)
     source_kind varchar(8)
     source longtext
     format varchar(16) null`,
    externalTablesRows,
  ),
  table('servers', 'server_name varchar(64), wrapper varchar(64), options longtext', serversRows),
  table(
    'sessions',
    `connection_id bigint
     user varchar(32)
     host varchar(261)
     database_name varchar(64) null
     client varchar(255)
     command varchar(16)
     seconds int
     state varchar(64)
     statement longtext null
     connected_at timestamp(6)`,
    sessionsRows,
  ),
];
