/** Which metadata table each SHOW reads, and under which labels. */
import type { QualifiedName } from '../ddl/context.ts';
import { quoteText, type ShowClauses, type ShowColumn, type ShowSource, showColumns } from './query.ts';

type Text = (text: string) => string;

const textOf =
  (clauses: ShowClauses): Text =>
  (text) =>
    quoteText(text, clauses.sqlMode);

/** MySQL shows the pattern of LIKE in the label. */
const withPattern = (label: string, like: string | null): string =>
  like === null ? label : `${label} (${like})`;

export const databasesSource = ({ filter }: ShowClauses): ShowSource => ({
  from: 'information_schema.SCHEMATA',
  columns: [{ source: 'SCHEMA_NAME', label: withPattern('Database', filter.like) }],
  likeExact: true,
  orderBy: ['SCHEMA_NAME'],
});

export const tablesSource = (database: string, full: boolean, clauses: ShowClauses): ShowSource => ({
  from: `information_schema.TABLES WHERE TABLE_SCHEMA = ${textOf(clauses)(database)}`,
  columns: [
    { source: 'TABLE_NAME', label: withPattern(`Tables_in_${database}`, clauses.filter.like) },
    ...(full ? [{ source: 'TABLE_TYPE', label: 'Table_type' }] : []),
  ],
  likeExact: true,
  orderBy: ['TABLE_NAME'],
});

export function columnsSource(
  { database, name }: QualifiedName,
  full: boolean,
  clauses: ShowClauses,
): ShowSource {
  const text = textOf(clauses);
  const columns = showColumns(`
    COLUMN_NAME AS Field
    COLUMN_TYPE AS Type
    COLLATION_NAME AS Collation
    IS_NULLABLE AS Null
    COLUMN_KEY AS Key
    COLUMN_DEFAULT AS Default
    EXTRA AS Extra
    PRIVILEGES AS Privileges
    COLUMN_COMMENT AS Comment`);
  const fullOnly = new Set(['Collation', 'Privileges', 'Comment']);
  return {
    from: `information_schema.COLUMNS WHERE TABLE_SCHEMA = ${text(database)} AND TABLE_NAME = ${text(name)}`,
    columns: full ? columns : columns.filter(({ label }) => !fullOnly.has(label)),
    orderBy: ['ORDINAL_POSITION'],
  };
}

export function indexesSource({ database, name }: QualifiedName, clauses: ShowClauses): ShowSource {
  const text = textOf(clauses);
  return {
    from: `information_schema.STATISTICS WHERE TABLE_SCHEMA = ${text(database)} AND TABLE_NAME = ${text(name)}`,
    columns: showColumns(`
      TABLE_NAME AS Table
      NON_UNIQUE AS Non_unique
      INDEX_NAME AS Key_name
      SEQ_IN_INDEX AS Seq_in_index
      COLUMN_NAME AS Column_name
      COLLATION AS Collation
      CARDINALITY AS Cardinality
      SUB_PART AS Sub_part
      PACKED AS Packed
      NULLABLE AS Null
      INDEX_TYPE AS Index_type
      COMMENT AS Comment
      INDEX_COMMENT AS Index_comment
      IS_VISIBLE AS Visible
      EXPRESSION AS Expression`),
    orderBy: ['NON_UNIQUE', 'INDEX_NAME', 'SEQ_IN_INDEX'],
  };
}

export const tableStatusSource = (database: string, clauses: ShowClauses): ShowSource => ({
  from: `information_schema.TABLES WHERE TABLE_SCHEMA = ${textOf(clauses)(database)}`,
  columns: showColumns(`
    TABLE_NAME AS Name
    ENGINE AS Engine
    VERSION AS Version
    ROW_FORMAT AS Row_format
    TABLE_ROWS AS Rows
    AVG_ROW_LENGTH AS Avg_row_length
    DATA_LENGTH AS Data_length
    MAX_DATA_LENGTH AS Max_data_length
    INDEX_LENGTH AS Index_length
    DATA_FREE AS Data_free
    AUTO_INCREMENT AS Auto_increment
    CREATE_TIME AS Create_time
    UPDATE_TIME AS Update_time
    CHECK_TIME AS Check_time
    TABLE_COLLATION AS Collation
    CHECKSUM AS Checksum
    CREATE_OPTIONS AS Create_options
    TABLE_COMMENT AS Comment`),
  likeExact: true,
  orderBy: ['TABLE_NAME'],
});

export const triggersSource = (database: string, clauses: ShowClauses): ShowSource => ({
  from: `information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${textOf(clauses)(database)}`,
  columns: showColumns(`
    TRIGGER_NAME AS Trigger
    EVENT_MANIPULATION AS Event
    EVENT_OBJECT_TABLE AS Table
    ACTION_STATEMENT AS Statement
    ACTION_TIMING AS Timing
    CREATED AS Created
    SQL_MODE AS sql_mode
    DEFINER AS Definer
    CHARACTER_SET_CLIENT AS character_set_client
    COLLATION_CONNECTION AS collation_connection
    DATABASE_COLLATION AS Database Collation`),
  likeOn: 'Table',
});

export const eventsSource = (database: string, clauses: ShowClauses): ShowSource => ({
  from: `information_schema.EVENTS WHERE EVENT_SCHEMA = ${textOf(clauses)(database)}`,
  columns: showColumns(`
    EVENT_SCHEMA AS Db
    EVENT_NAME AS Name
    DEFINER AS Definer
    TIME_ZONE AS Time zone
    EVENT_TYPE AS Type
    EXECUTE_AT AS Execute at
    INTERVAL_VALUE AS Interval value
    INTERVAL_FIELD AS Interval field
    STARTS AS Starts
    ENDS AS Ends
    STATUS AS Status
    ORIGINATOR AS Originator
    CHARACTER_SET_CLIENT AS character_set_client
    COLLATION_CONNECTION AS collation_connection
    DATABASE_COLLATION AS Database Collation`),
  likeOn: 'Name',
});

/** No table is ever held open. */
export const openTablesSource: ShowSource = {
  from: 'information_schema.TABLES WHERE 1 = 0',
  columns: showColumns(`
    TABLE_SCHEMA AS Database
    TABLE_NAME AS Table
    0 AS In_use
    0 AS Name_locked`),
  likeOn: 'Table',
};

export const nameValueSource = (kind: 'variables' | 'status', scope: 'global' | 'session'): ShowSource => ({
  from: `performance_schema.${scope}_${kind}`,
  columns: showColumns(`
    VARIABLE_NAME AS Variable_name
    VARIABLE_VALUE AS Value`),
  orderBy: ['VARIABLE_NAME'],
});

export const processlistSource = (full: boolean): ShowSource => ({
  from: 'information_schema.PROCESSLIST',
  columns: showColumns(`
    ID AS Id
    USER AS User
    HOST AS Host
    DB AS db
    COMMAND AS Command
    TIME AS Time
    STATE AS State
    ${full ? 'INFO' : 'LEFT(INFO, 100)'} AS Info`),
  orderBy: ['ID'],
});

const commitColumns = (tables: string, sum: (column: string) => string): ShowColumn[] =>
  showColumns(`
    version AS version
    committed_at AS committed_at
    kind AS kind
    user AS user
    client AS client
    ${tables} AS tables
    ${sum('rows_inserted')} AS rows_inserted
    ${sum('rows_updated')} AS rows_updated
    ${sum('rows_deleted')} AS rows_deleted
    statement AS statement`);

/** The newest first. LIKE looks at the statement. Of one table, only the commits that changed its rows. */
export function commitsSource(table: QualifiedName | null, clauses: ShowClauses): ShowSource {
  const text = textOf(clauses);
  const qualified = "CONCAT(database_name, '.', table_name)";
  const shared = { likeOn: 'statement', orderBy: ['-version'] };
  if (table !== null) {
    const where = `database_name = ${text(table.database)} AND table_name = ${text(table.name)}`;
    return {
      from: `tidegate.commits WHERE ${where}`,
      columns: commitColumns(qualified, (column) => column),
      ...shared,
    };
  }
  return {
    from: 'tidegate.commits GROUP BY version, committed_at, kind, user, client, statement',
    columns: commitColumns(
      `GROUP_CONCAT(${qualified} ORDER BY database_name, table_name SEPARATOR ', ')`,
      (column) => `CAST(SUM(${column}) AS SIGNED)`,
    ),
    ...shared,
  };
}

export const serversSource: ShowSource = {
  from: 'tidegate.servers',
  columns: showColumns(`
    server_name AS Server
    wrapper AS Wrapper
    options AS Options`),
  orderBy: ['server_name'],
};

const routineStatus = (type: 'PROCEDURE' | 'FUNCTION'): ShowSource => ({
  from: `information_schema.ROUTINES WHERE ROUTINE_TYPE = '${type}'`,
  columns: showColumns(`
    ROUTINE_SCHEMA AS Db
    ROUTINE_NAME AS Name
    ROUTINE_TYPE AS Type
    DEFINER AS Definer
    LAST_ALTERED AS Modified
    CREATED AS Created
    SECURITY_TYPE AS Security_type
    ROUTINE_COMMENT AS Comment
    CHARACTER_SET_CLIENT AS character_set_client
    COLLATION_CONNECTION AS collation_connection
    DATABASE_COLLATION AS Database Collation`),
  likeOn: 'Name',
});

/** The topics that say nothing but their name. */
export const plainSources = {
  servers: serversSource,
  openTables: openTablesSource,
  procedureStatus: routineStatus('PROCEDURE'),
  functionStatus: routineStatus('FUNCTION'),
  engines: {
    from: 'information_schema.ENGINES',
    columns: showColumns(`
      ENGINE AS Engine
      SUPPORT AS Support
      COMMENT AS Comment
      TRANSACTIONS AS Transactions
      XA AS XA
      SAVEPOINTS AS Savepoints`),
  },
  charsets: {
    from: 'information_schema.CHARACTER_SETS',
    columns: showColumns(`
      CHARACTER_SET_NAME AS Charset
      DESCRIPTION AS Description
      DEFAULT_COLLATE_NAME AS Default collation
      MAXLEN AS Maxlen`),
    orderBy: ['CHARACTER_SET_NAME'],
  },
  collations: {
    from: 'information_schema.COLLATIONS',
    columns: showColumns(`
      COLLATION_NAME AS Collation
      CHARACTER_SET_NAME AS Charset
      ID AS Id
      IS_DEFAULT AS Default
      IS_COMPILED AS Compiled
      SORTLEN AS Sortlen
      PAD_ATTRIBUTE AS Pad_attribute`),
    orderBy: ['COLLATION_NAME'],
  },
  plugins: {
    from: 'information_schema.PLUGINS',
    columns: showColumns(`
      PLUGIN_NAME AS Name
      PLUGIN_STATUS AS Status
      PLUGIN_TYPE AS Type
      PLUGIN_LIBRARY AS Library
      PLUGIN_LICENSE AS License`),
  },
} as const satisfies Record<string, ShowSource>;
