/** The SHOW statements whose rows are at hand: no query is needed. */
import { describedPrivileges } from '../../catalog/privileges.ts';
import type { ResultColumn } from '../../types/batch.ts';
import { bigint, int, longtext, type SqlType, varchar } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import type { StatementWarning } from '../warning.ts';

export interface ShowRows {
  readonly kind: 'rows';
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
}

const column = (name: string, type: SqlType, nullable = false): ResultColumn => ({ name, type, nullable });

const textColumns = (...names: string[]): ResultColumn[] => names.map((name) => column(name, varchar(1_024)));

/** Rows of text under these labels. */
export const textRows = (labels: readonly string[], rows: readonly Row[]): ShowRows => ({
  kind: 'rows',
  columns: labels.map((label) => column(label, longtext)),
  rows,
});

export function warningRows(
  warnings: readonly StatementWarning[],
  range: { readonly offset: number; readonly count: number },
): ShowRows {
  return {
    kind: 'rows',
    columns: [column('Level', varchar(7)), column('Code', int(true)), column('Message', varchar(512))],
    rows: warnings
      .slice(range.offset, range.offset + range.count)
      .map(({ level, errno, message }) => [level, errno, message]),
  };
}

/** SHOW COUNT(*) WARNINGS is labelled as the variable that it shows. */
export const countRow = (label: string, count: number): ShowRows => ({
  kind: 'rows',
  columns: [column(label, bigint(true))],
  rows: [[BigInt(count)]],
});

export const privilegeRows: ShowRows = {
  kind: 'rows',
  columns: textColumns('Privilege', 'Context', 'Comment'),
  rows: describedPrivileges,
};

const empty = (...labels: string[]): ShowRows => ({
  kind: 'rows',
  columns: textColumns(...labels),
  rows: [],
});

const replicaColumns = `Replica_IO_State Source_Host Source_User Source_Port Connect_Retry Source_Log_File
  Read_Source_Log_Pos Relay_Log_File Relay_Log_Pos Relay_Source_Log_File Replica_IO_Running
  Replica_SQL_Running Replicate_Do_DB Replicate_Ignore_DB Replicate_Do_Table Replicate_Ignore_Table
  Replicate_Wild_Do_Table Replicate_Wild_Ignore_Table Last_Errno Last_Error Skip_Counter
  Exec_Source_Log_Pos Relay_Log_Space Until_Condition Until_Log_File Until_Log_Pos Source_SSL_Allowed
  Source_SSL_CA_File Source_SSL_CA_Path Source_SSL_Cert Source_SSL_Cipher Source_SSL_Key
  Seconds_Behind_Source Source_SSL_Verify_Server_Cert Last_IO_Errno Last_IO_Error Last_SQL_Errno
  Last_SQL_Error Replicate_Ignore_Server_Ids Source_Server_Id Source_UUID Source_Info_File SQL_Delay
  SQL_Remaining_Delay Replica_SQL_Running_State Source_Retry_Count Source_Bind Last_IO_Error_Timestamp
  Last_SQL_Error_Timestamp Source_SSL_Crl Source_SSL_Crlpath Retrieved_Gtid_Set Executed_Gtid_Set
  Auto_Position Replicate_Rewrite_DB Channel_Name Source_TLS_Version Source_public_key_path
  Get_Source_public_key Network_Namespace`.split(/\s+/);

/** Of replication and profiling there is nothing to show. */
export const emptyTopics = {
  profiles: {
    ...empty(),
    columns: [column('Query_ID', int(true)), column('Duration', { kind: 'double' }), ...textColumns('Query')],
  },
  masterStatus: empty('File', 'Position', 'Binlog_Do_DB', 'Binlog_Ignore_DB', 'Executed_Gtid_Set'),
  binaryLogs: empty('Log_name', 'File_size', 'Encrypted'),
  replicaStatus: empty(...replicaColumns),
  replicas: empty('Server_Id', 'Host', 'Port', 'Source_Id', 'Replica_UUID'),
  binlogEvents: empty('Log_name', 'Pos', 'Event_type', 'Server_id', 'End_log_pos', 'Info'),
} as const satisfies Record<string, ShowRows>;
