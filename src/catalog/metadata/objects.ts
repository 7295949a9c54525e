/** information_schema: databases, tables, views and what stands beside them. */
import { defaultCollation } from '../../types/sql-type.ts';
import type { ExternalTableDef, TableDef, ViewDef } from '../schema.ts';
import { characterSetOf } from './charsets.ts';
import type { MetadataContext } from './context.ts';
import { informationSchemaTable, type MetadataTable, type NamedRow } from './definition.ts';
import { allDatabases, allRelations } from './names.ts';

/** MySQL keeps these times to the second. */
const wholeSeconds = (us: bigint): bigint => us - (us % 1_000_000n);

function* schemataRows(context: MetadataContext): Iterable<NamedRow> {
  for (const database of allDatabases(context.catalog)) {
    yield {
      CATALOG_NAME: 'def',
      SCHEMA_NAME: database.name,
      DEFAULT_CHARACTER_SET_NAME: characterSetOf(database.collation),
      DEFAULT_COLLATION_NAME: database.collation,
      DEFAULT_ENCRYPTION: 'NO',
    };
  }
}

function baseTableRow(table: TableDef, context: MetadataContext): NamedRow {
  const statistics = context.statistics(table);
  const rowCount = statistics?.rowCount ?? 0;
  const dataBytes = statistics?.dataBytes ?? 0;
  const generates = table.columns.some((column) => column.autoIncrement);
  return {
    TABLE_CATALOG: 'def',
    TABLE_SCHEMA: table.database,
    TABLE_NAME: table.name,
    TABLE_TYPE: 'BASE TABLE',
    ENGINE: 'InnoDB',
    VERSION: 10,
    ROW_FORMAT: 'Dynamic',
    TABLE_ROWS: BigInt(rowCount),
    AVG_ROW_LENGTH: rowCount === 0 ? 0n : BigInt(Math.floor(dataBytes / rowCount)),
    DATA_LENGTH: BigInt(dataBytes),
    MAX_DATA_LENGTH: 0n,
    INDEX_LENGTH: BigInt(statistics?.indexBytes ?? 0),
    DATA_FREE: 0n,
    AUTO_INCREMENT: generates ? (statistics?.nextAutoIncrement ?? 1n) : null,
    CREATE_TIME: wholeSeconds(table.createdUs),
    UPDATE_TIME: statistics?.updatedUs === undefined ? null : wholeSeconds(statistics.updatedUs),
    TABLE_COLLATION: table.collation ?? defaultCollation,
    CREATE_OPTIONS: tableOptions(table),
    TABLE_COMMENT: table.comment,
  };
}

/** The table options that are not MySQL's, as CREATE_OPTIONS shows MySQL's. */
function tableOptions(table: TableDef): string {
  const options: string[] = [];
  if (!table.online) options.push('ONLINE=OFF');
  if (table.eventTime !== undefined) options.push(`EVENT_TIME=${table.columns[table.eventTime]!.name}`);
  return options.join(' ');
}

const viewRow = (view: ViewDef): NamedRow => ({
  TABLE_CATALOG: 'def',
  TABLE_SCHEMA: view.database,
  TABLE_NAME: view.name,
  TABLE_TYPE: 'VIEW',
  CREATE_TIME: wholeSeconds(view.createdUs),
  TABLE_COMMENT: 'VIEW',
});

const externalRow = (table: ExternalTableDef): NamedRow => ({
  TABLE_CATALOG: 'def',
  TABLE_SCHEMA: table.database,
  TABLE_NAME: table.name,
  TABLE_TYPE: 'BASE TABLE',
  ENGINE: 'EXTERNAL',
  VERSION: 10,
  ROW_FORMAT: 'Dynamic',
  CREATE_TIME: wholeSeconds(table.createdUs),
  TABLE_COLLATION: defaultCollation,
  CREATE_OPTIONS: `SERVER=${table.server}`,
  TABLE_COMMENT: table.comment,
});

/** `metadataTables` are this module's own: information_schema lists itself. */
function* tablesRows(context: MetadataContext, metadataTables: readonly MetadataTable[]): Iterable<NamedRow> {
  for (const table of metadataTables) {
    if (!context.access.seesRelation(table.database, table.name)) continue;
    yield {
      TABLE_CATALOG: 'def',
      TABLE_SCHEMA: table.database,
      TABLE_NAME: table.name,
      TABLE_TYPE: table.tableType,
      VERSION: 10,
      ...(table.tableType === 'BASE TABLE' ? { ENGINE: 'PERFORMANCE_SCHEMA', ROW_FORMAT: 'Dynamic' } : {}),
      TABLE_ROWS: 0n,
      AVG_ROW_LENGTH: 0n,
      DATA_LENGTH: 0n,
      MAX_DATA_LENGTH: 0n,
      INDEX_LENGTH: 0n,
      DATA_FREE: 0n,
      CREATE_TIME: 0n,
      CREATE_OPTIONS: '',
      TABLE_COMMENT: '',
    };
  }
  for (const relation of allRelations(context.catalog)) {
    if (relation.kind === 'table') yield baseTableRow(relation, context);
    else if (relation.kind === 'view') yield viewRow(relation);
    else yield externalRow(relation);
  }
}

function* viewsRows(context: MetadataContext): Iterable<NamedRow> {
  for (const relation of allRelations(context.catalog)) {
    if (relation.kind !== 'view') continue;
    yield {
      TABLE_CATALOG: 'def',
      TABLE_SCHEMA: relation.database,
      TABLE_NAME: relation.name,
      VIEW_DEFINITION: context.access.onRelation(relation.database, relation.name).has('SHOW VIEW')
        ? relation.text
        : '',
      CHECK_OPTION: 'NONE',
      IS_UPDATABLE: relation.updatable === true ? 'YES' : 'NO',
      DEFINER: relation.definer,
      SECURITY_TYPE: relation.security === 'invoker' ? 'INVOKER' : 'DEFINER',
      CHARACTER_SET_CLIENT: 'utf8mb4',
      COLLATION_CONNECTION: relation.collation ?? defaultCollation,
    };
  }
}

function* partitionsRows(context: MetadataContext): Iterable<NamedRow> {
  for (const relation of allRelations(context.catalog)) {
    if (relation.kind !== 'table') continue;
    const { TABLE_ROWS, AVG_ROW_LENGTH, DATA_LENGTH, INDEX_LENGTH, CREATE_TIME, UPDATE_TIME } = baseTableRow(
      relation,
      context,
    );
    yield {
      TABLE_CATALOG: 'def',
      TABLE_SCHEMA: relation.database,
      TABLE_NAME: relation.name,
      TABLE_ROWS: TABLE_ROWS ?? null,
      AVG_ROW_LENGTH: AVG_ROW_LENGTH ?? null,
      DATA_LENGTH: DATA_LENGTH ?? null,
      MAX_DATA_LENGTH: 0n,
      INDEX_LENGTH: INDEX_LENGTH ?? null,
      DATA_FREE: 0n,
      CREATE_TIME: CREATE_TIME ?? null,
      UPDATE_TIME: UPDATE_TIME ?? null,
      PARTITION_COMMENT: '',
      NODEGROUP: '',
    };
  }
}

/** UPDATE_TIME and CHECK_TIME are timestamps, not datetimes: the session's time zone applies to them too. */
const sizesAndTimes = `
  CREATE_TIME timestamp
  UPDATE_TIME timestamp null
  CHECK_TIME timestamp null`;

/** `all` gives every metadata table, for the rows of TABLES. */
export function objectTables(all: () => readonly MetadataTable[]): MetadataTable[] {
  return [
    informationSchemaTable(
      'SCHEMATA',
      `CATALOG_NAME identifier
       SCHEMA_NAME identifier
       DEFAULT_CHARACTER_SET_NAME varchar(64)
       DEFAULT_COLLATION_NAME varchar(64)
       SQL_PATH binary(0) null
       DEFAULT_ENCRYPTION varchar(3)`,
      schemataRows,
    ),
    informationSchemaTable(
      'SCHEMATA_EXTENSIONS',
      `CATALOG_NAME identifier, SCHEMA_NAME identifier, OPTIONS varchar(256) null`,
      function* (context) {
        for (const database of allDatabases(context.catalog)) {
          yield { CATALOG_NAME: 'def', SCHEMA_NAME: database.name, OPTIONS: '' };
        }
      },
    ),
    informationSchemaTable(
      'TABLES',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       TABLE_TYPE varchar(11)
       ENGINE varchar(64) null
       VERSION int null
       ROW_FORMAT varchar(10) null
       TABLE_ROWS ubigint null
       AVG_ROW_LENGTH ubigint null
       DATA_LENGTH ubigint null
       MAX_DATA_LENGTH ubigint null
       INDEX_LENGTH ubigint null
       DATA_FREE ubigint null
       AUTO_INCREMENT ubigint null
       ${sizesAndTimes}
       TABLE_COLLATION varchar(64) null
       CHECKSUM bigint null
       CREATE_OPTIONS varchar(256) null
       TABLE_COMMENT text null`,
      (context) => tablesRows(context, all()),
    ),
    informationSchemaTable(
      'TABLES_EXTENSIONS',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       ENGINE_ATTRIBUTE json null
       SECONDARY_ENGINE_ATTRIBUTE json null`,
      function* (context) {
        for (const relation of allRelations(context.catalog)) {
          if (relation.kind === 'view') continue;
          yield { TABLE_CATALOG: 'def', TABLE_SCHEMA: relation.database, TABLE_NAME: relation.name };
        }
      },
    ),
    informationSchemaTable(
      'VIEWS',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       VIEW_DEFINITION longtext null
       CHECK_OPTION varchar(8) null
       IS_UPDATABLE varchar(3) null
       DEFINER varchar(288) null
       SECURITY_TYPE varchar(7) null
       CHARACTER_SET_CLIENT varchar(64)
       COLLATION_CONNECTION varchar(64)`,
      viewsRows,
    ),
    informationSchemaTable(
      'VIEW_ROUTINE_USAGE',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       SPECIFIC_CATALOG identifier
       SPECIFIC_SCHEMA identifier
       SPECIFIC_NAME identifier`,
    ),
    informationSchemaTable(
      'VIEW_TABLE_USAGE',
      `VIEW_CATALOG identifier
       VIEW_SCHEMA identifier
       VIEW_NAME identifier
       TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier`,
    ),
    informationSchemaTable(
      'PARTITIONS',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       PARTITION_NAME varchar(64) null
       SUBPARTITION_NAME varchar(64) null
       PARTITION_ORDINAL_POSITION uint null
       SUBPARTITION_ORDINAL_POSITION uint null
       PARTITION_METHOD varchar(13) null
       SUBPARTITION_METHOD varchar(13) null
       PARTITION_EXPRESSION varchar(2048) null
       SUBPARTITION_EXPRESSION varchar(2048) null
       PARTITION_DESCRIPTION text null
       TABLE_ROWS ubigint null
       AVG_ROW_LENGTH ubigint null
       DATA_LENGTH ubigint null
       MAX_DATA_LENGTH ubigint null
       INDEX_LENGTH ubigint null
       DATA_FREE ubigint null
       ${sizesAndTimes}
       CHECKSUM bigint null
       PARTITION_COMMENT text
       NODEGROUP varchar(256) null
       TABLESPACE_NAME varchar(268) null`,
      partitionsRows,
    ),
  ];
}
