/**
 * information_schema: what MySQL has and the gateway has none of (routines, triggers, events, tablespaces,
 * InnoDB's internals). Tools read these tables before they do anything else; they are empty.
 */
import { informationSchemaTable, type MetadataTable } from './definition.ts';

const typeColumns = `
  DATA_TYPE longtext null
  CHARACTER_MAXIMUM_LENGTH bigint null
  CHARACTER_OCTET_LENGTH bigint null
  NUMERIC_PRECISION uint null
  NUMERIC_SCALE bigint null
  DATETIME_PRECISION uint null
  CHARACTER_SET_NAME varchar(64) null
  COLLATION_NAME varchar(64) null
  DTD_IDENTIFIER longtext null`;

export const absentObjectTables: readonly MetadataTable[] = [
  informationSchemaTable(
    'ROUTINES',
    `SPECIFIC_NAME identifier
     ROUTINE_CATALOG identifier
     ROUTINE_SCHEMA identifier
     ROUTINE_NAME varchar(64)
     ROUTINE_TYPE varchar(9)
     ${typeColumns}
     ROUTINE_BODY varchar(8)
     ROUTINE_DEFINITION longtext null
     EXTERNAL_NAME binary(0) null
     EXTERNAL_LANGUAGE varchar(64)
     PARAMETER_STYLE varchar(3)
     IS_DETERMINISTIC varchar(3)
     SQL_DATA_ACCESS varchar(17)
     SQL_PATH binary(0) null
     SECURITY_TYPE varchar(7)
     CREATED timestamp
     LAST_ALTERED timestamp
     SQL_MODE varchar(1024)
     ROUTINE_COMMENT text
     DEFINER varchar(288)
     CHARACTER_SET_CLIENT varchar(64)
     COLLATION_CONNECTION varchar(64)
     DATABASE_COLLATION varchar(64)`,
  ),
  informationSchemaTable(
    'PARAMETERS',
    `SPECIFIC_CATALOG identifier
     SPECIFIC_SCHEMA identifier
     SPECIFIC_NAME varchar(64)
     ORDINAL_POSITION ubigint
     PARAMETER_MODE varchar(5) null
     PARAMETER_NAME varchar(64) null
     ${typeColumns}
     ROUTINE_TYPE varchar(9)`,
  ),
  informationSchemaTable(
    'TRIGGERS',
    `TRIGGER_CATALOG identifier
     TRIGGER_SCHEMA identifier
     TRIGGER_NAME varchar(64)
     EVENT_MANIPULATION varchar(6)
     EVENT_OBJECT_CATALOG identifier
     EVENT_OBJECT_SCHEMA identifier
     EVENT_OBJECT_TABLE identifier
     ACTION_ORDER uint
     ACTION_CONDITION binary(0) null
     ACTION_STATEMENT longtext
     ACTION_ORIENTATION varchar(3)
     ACTION_TIMING varchar(6)
     ACTION_REFERENCE_OLD_TABLE binary(0) null
     ACTION_REFERENCE_NEW_TABLE binary(0) null
     ACTION_REFERENCE_OLD_ROW varchar(3)
     ACTION_REFERENCE_NEW_ROW varchar(3)
     CREATED timestamp(2)
     SQL_MODE varchar(1024)
     DEFINER varchar(288)
     CHARACTER_SET_CLIENT varchar(64)
     COLLATION_CONNECTION varchar(64)
     DATABASE_COLLATION varchar(64)`,
  ),
  informationSchemaTable(
    'EVENTS',
    `EVENT_CATALOG identifier
     EVENT_SCHEMA identifier
     EVENT_NAME varchar(64)
     DEFINER varchar(288)
     TIME_ZONE varchar(64)
     EVENT_BODY varchar(3)
     EVENT_DEFINITION longtext
     EVENT_TYPE varchar(9)
     EXECUTE_AT datetime null
     INTERVAL_VALUE varchar(256) null
     INTERVAL_FIELD varchar(18) null
     SQL_MODE varchar(1024)
     STARTS datetime null
     ENDS datetime null
     STATUS varchar(21)
     ON_COMPLETION varchar(12)
     CREATED timestamp
     LAST_ALTERED timestamp
     LAST_EXECUTED datetime null
     EVENT_COMMENT varchar(2048)
     ORIGINATOR uint
     CHARACTER_SET_CLIENT varchar(64)
     COLLATION_CONNECTION varchar(64)
     DATABASE_COLLATION varchar(64)`,
  ),
  informationSchemaTable(
    'COLUMN_STATISTICS',
    'SCHEMA_NAME identifier, TABLE_NAME identifier, COLUMN_NAME varchar(64), HISTOGRAM json',
  ),
  informationSchemaTable(
    'FILES',
    `FILE_ID bigint null
     FILE_NAME text null
     FILE_TYPE varchar(256) null
     TABLESPACE_NAME varchar(268)
     TABLE_CATALOG char(0)
     TABLE_SCHEMA binary(0) null
     TABLE_NAME binary(0) null
     LOGFILE_GROUP_NAME varchar(256) null
     LOGFILE_GROUP_NUMBER bigint null
     ENGINE varchar(64)
     FULLTEXT_KEYS binary(0) null
     DELETED_ROWS binary(0) null
     UPDATE_COUNT binary(0) null
     FREE_EXTENTS bigint null
     TOTAL_EXTENTS bigint null
     EXTENT_SIZE bigint null
     INITIAL_SIZE bigint null
     MAXIMUM_SIZE bigint null
     AUTOEXTEND_SIZE bigint null
     CREATION_TIME binary(0) null
     LAST_UPDATE_TIME binary(0) null
     LAST_ACCESS_TIME binary(0) null
     RECOVER_TIME binary(0) null
     TRANSACTION_COUNTER binary(0) null
     VERSION bigint null
     ROW_FORMAT varchar(256) null
     TABLE_ROWS binary(0) null
     AVG_ROW_LENGTH binary(0) null
     DATA_LENGTH binary(0) null
     MAX_DATA_LENGTH binary(0) null
     INDEX_LENGTH binary(0) null
     DATA_FREE bigint null
     CREATE_TIME binary(0) null
     UPDATE_TIME binary(0) null
     CHECK_TIME binary(0) null
     CHECKSUM binary(0) null
     STATUS varchar(256) null
     EXTRA varchar(256) null`,
  ),
  informationSchemaTable(
    'TABLESPACES',
    `TABLESPACE_NAME varchar(64)
     ENGINE varchar(64)
     TABLESPACE_TYPE varchar(64) null
     LOGFILE_GROUP_NAME varchar(64) null
     EXTENT_SIZE ubigint null
     AUTOEXTEND_SIZE ubigint null
     MAXIMUM_SIZE ubigint null
     NODEGROUP_ID ubigint null
     TABLESPACE_COMMENT varchar(2048) null`,
  ),
  informationSchemaTable(
    'TABLESPACES_EXTENSIONS',
    'TABLESPACE_NAME varchar(268), ENGINE_ATTRIBUTE json null',
  ),
  informationSchemaTable(
    'OPTIMIZER_TRACE',
    `QUERY varchar(65535)
     TRACE varchar(65535)
     MISSING_BYTES_BEYOND_MAX_MEM_SIZE int
     INSUFFICIENT_PRIVILEGES tinyint`,
  ),
  informationSchemaTable(
    'PROFILING',
    `QUERY_ID uint
     SEQ uint
     STATE varchar(30)
     DURATION double
     CPU_USER double null
     CPU_SYSTEM double null
     CONTEXT_VOLUNTARY int null
     CONTEXT_INVOLUNTARY int null
     BLOCK_OPS_IN int null
     BLOCK_OPS_OUT int null
     MESSAGES_SENT int null
     MESSAGES_RECEIVED int null
     PAGE_FAULTS_MAJOR int null
     PAGE_FAULTS_MINOR int null
     SWAPS int null
     SOURCE_FUNCTION varchar(30) null
     SOURCE_FILE varchar(20) null
     SOURCE_LINE int null`,
  ),
  informationSchemaTable(
    'RESOURCE_GROUPS',
    `RESOURCE_GROUP_NAME varchar(64)
     RESOURCE_GROUP_TYPE varchar(6)
     RESOURCE_GROUP_ENABLED tinyint
     VCPU_IDS blob null
     THREAD_PRIORITY int`,
  ),
  informationSchemaTable(
    'ST_GEOMETRY_COLUMNS',
    `TABLE_CATALOG identifier
     TABLE_SCHEMA identifier
     TABLE_NAME identifier
     COLUMN_NAME varchar(64) null
     SRS_NAME varchar(80) null
     SRS_ID uint null
     GEOMETRY_TYPE_NAME longtext null`,
  ),
  informationSchemaTable(
    'ST_SPATIAL_REFERENCE_SYSTEMS',
    `SRS_NAME varchar(80)
     SRS_ID uint
     ORGANIZATION varchar(256) null
     ORGANIZATION_COORDSYS_ID uint null
     DEFINITION varchar(4096)
     DESCRIPTION varchar(2048) null`,
  ),
  informationSchemaTable(
    'ST_UNITS_OF_MEASURE',
    'UNIT_NAME varchar(255) null, UNIT_TYPE varchar(7) null, CONVERSION_FACTOR double null, DESCRIPTION varchar(255) null',
  ),
  informationSchemaTable(
    'INNODB_TABLES',
    `TABLE_ID ubigint
     NAME varchar(655)
     FLAG int
     N_COLS int
     SPACE bigint
     ROW_FORMAT varchar(12) null
     ZIP_PAGE_SIZE uint
     SPACE_TYPE varchar(10) null
     INSTANT_COLS int
     TOTAL_ROW_VERSIONS int`,
  ),
  informationSchemaTable(
    'INNODB_TABLESPACES',
    `SPACE uint
     NAME varchar(655)
     FLAG uint
     ROW_FORMAT varchar(22) null
     PAGE_SIZE uint
     ZIP_PAGE_SIZE uint
     SPACE_TYPE varchar(10) null
     FS_BLOCK_SIZE uint
     FILE_SIZE ubigint
     ALLOCATED_SIZE ubigint
     AUTOEXTEND_SIZE ubigint
     SERVER_VERSION varchar(10) null
     SPACE_VERSION uint
     ENCRYPTION varchar(1) null
     STATE varchar(10) null`,
  ),
  informationSchemaTable(
    'INNODB_TABLESTATS',
    `TABLE_ID ubigint
     NAME varchar(193)
     STATS_INITIALIZED varchar(193)
     NUM_ROWS ubigint
     CLUST_INDEX_SIZE ubigint
     OTHER_INDEX_SIZE ubigint
     MODIFIED_COUNTER ubigint
     AUTOINC ubigint
     REF_COUNT int`,
  ),
  informationSchemaTable(
    'INNODB_TRX',
    `trx_id ubigint
     trx_state varchar(13)
     trx_started datetime
     trx_requested_lock_id varchar(126) null
     trx_wait_started datetime null
     trx_weight ubigint
     trx_mysql_thread_id ubigint
     trx_query varchar(1024) null
     trx_operation_state varchar(64) null
     trx_tables_in_use ubigint
     trx_tables_locked ubigint
     trx_lock_structs ubigint
     trx_lock_memory_bytes ubigint
     trx_rows_locked ubigint
     trx_rows_modified ubigint
     trx_concurrency_tickets ubigint
     trx_isolation_level varchar(16)
     trx_unique_checks int
     trx_foreign_key_checks int
     trx_last_foreign_key_error varchar(256) null
     trx_adaptive_hash_latched int
     trx_adaptive_hash_timeout ubigint
     trx_is_read_only int
     trx_autocommit_non_locking int
     trx_schedule_weight ubigint null`,
  ),
  informationSchemaTable(
    'INNODB_METRICS',
    `NAME varchar(193)
     SUBSYSTEM varchar(193)
     COUNT bigint
     MAX_COUNT bigint null
     MIN_COUNT bigint null
     AVG_COUNT double null
     COUNT_RESET bigint
     MAX_COUNT_RESET bigint null
     MIN_COUNT_RESET bigint null
     AVG_COUNT_RESET double null
     TIME_ENABLED datetime null
     TIME_DISABLED datetime null
     TIME_ELAPSED bigint null
     TIME_RESET datetime null
     STATUS varchar(193)
     TYPE varchar(193)
     COMMENT varchar(193)`,
  ),
  informationSchemaTable(
    'INNODB_COLUMNS',
    `TABLE_ID ubigint
     NAME varchar(193)
     POS ubigint
     MTYPE int
     PRTYPE int
     LEN int
     HAS_DEFAULT int
     DEFAULT_VALUE text null`,
  ),
  informationSchemaTable(
    'INNODB_INDEXES',
    `INDEX_ID ubigint
     NAME varchar(193)
     TABLE_ID ubigint
     TYPE int
     N_FIELDS int
     PAGE_NO int
     SPACE int
     MERGE_THRESHOLD int`,
  ),
  informationSchemaTable('INNODB_FIELDS', 'INDEX_ID varbinary(256) null, NAME varchar(193), POS ubigint'),
  informationSchemaTable(
    'INNODB_FOREIGN',
    'ID varchar(129), FOR_NAME varchar(129), REF_NAME varchar(129), N_COLS bigint, TYPE ubigint',
  ),
  informationSchemaTable(
    'INNODB_FOREIGN_COLS',
    'ID varchar(129), FOR_COL_NAME varchar(64), REF_COL_NAME varchar(64), POS uint',
  ),
  informationSchemaTable('INNODB_DATAFILES', 'SPACE varbinary(256) null, PATH varchar(512)'),
  informationSchemaTable('INNODB_FT_DEFAULT_STOPWORD', 'value varchar(18)'),
  informationSchemaTable(
    'INNODB_TEMP_TABLE_INFO',
    'TABLE_ID ubigint, NAME varchar(64) null, N_COLS uint, SPACE uint',
  ),
];
