/** performance_schema: variables, status and threads; the instruments are not there. */
import type { MetadataContext } from './context.ts';
import { type MetadataTable, type NamedRow, tablesOf } from './definition.ts';
import { processlistColumns } from './server-facts.ts';

const table = tablesOf('performance_schema', 'BASE TABLE');

const nameAndValue = 'VARIABLE_NAME varchar(64), VARIABLE_VALUE varchar(1024) null';

function* namesAndValues(pairs: Iterable<readonly [string, string]>): Iterable<NamedRow> {
  for (const [name, value] of pairs) yield { VARIABLE_NAME: name, VARIABLE_VALUE: value };
}

function* threadRows(context: MetadataContext): Iterable<NamedRow> {
  for (const process of context.processes()) {
    yield {
      THREAD_ID: BigInt(process.id),
      NAME: 'thread/sql/one_connection',
      TYPE: 'FOREGROUND',
      PROCESSLIST_ID: BigInt(process.id),
      PROCESSLIST_USER: process.user,
      PROCESSLIST_HOST: process.host,
      PROCESSLIST_DB: process.database ?? null,
      PROCESSLIST_COMMAND: process.command,
      PROCESSLIST_TIME: BigInt(process.timeSeconds),
      PROCESSLIST_STATE: process.state,
      PROCESSLIST_INFO: process.info ?? null,
      INSTRUMENTED: 'NO',
      HISTORY: 'NO',
      CONNECTION_TYPE: 'TCP/IP',
    };
  }
}

function* processlistRows(context: MetadataContext): Iterable<NamedRow> {
  for (const process of context.processes()) {
    yield {
      ID: BigInt(process.id),
      USER: process.user,
      HOST: process.host,
      DB: process.database ?? null,
      COMMAND: process.command,
      TIME: process.timeSeconds,
      STATE: process.state,
      INFO: process.info ?? null,
    };
  }
}

function* attributeRows(context: MetadataContext, only: (id: number) => boolean): Iterable<NamedRow> {
  for (const process of context.processes()) {
    if (!only(process.id)) continue;
    let position = 0;
    for (const [name, value] of process.attributes) {
      yield {
        PROCESSLIST_ID: BigInt(process.id),
        ATTR_NAME: name,
        ATTR_VALUE: value,
        ORDINAL_POSITION: position++,
      };
    }
  }
}

const attributes =
  'PROCESSLIST_ID ubigint, ATTR_NAME varchar(32), ATTR_VALUE varchar(1024) null, ORDINAL_POSITION int null';

export const performanceSchemaTables: readonly MetadataTable[] = [
  table('global_variables', nameAndValue, (context) => namesAndValues(context.variables('global'))),
  table('session_variables', nameAndValue, (context) => namesAndValues(context.variables('session'))),
  table('global_status', nameAndValue, (context) => namesAndValues(context.status('global'))),
  table('session_status', nameAndValue, (context) => namesAndValues(context.status('session'))),
  table('persisted_variables', nameAndValue),
  table(
    'processlist',
    `${processlistColumns}
     EXECUTION_ENGINE varchar(9) null`,
    processlistRows,
  ),
  table(
    'threads',
    `THREAD_ID ubigint
     NAME varchar(128)
     TYPE varchar(10)
     PROCESSLIST_ID ubigint null
     PROCESSLIST_USER varchar(32) null
     PROCESSLIST_HOST varchar(255) null
     PROCESSLIST_DB varchar(64) null
     PROCESSLIST_COMMAND varchar(16) null
     PROCESSLIST_TIME bigint null
     PROCESSLIST_STATE varchar(64) null
     PROCESSLIST_INFO longtext null
     PARENT_THREAD_ID ubigint null
     ROLE varchar(64) null
     INSTRUMENTED varchar(3)
     HISTORY varchar(3)
     CONNECTION_TYPE varchar(16) null
     THREAD_OS_ID ubigint null
     RESOURCE_GROUP varchar(64) null
     EXECUTION_ENGINE varchar(9) null
     CONTROLLED_MEMORY ubigint null
     MAX_CONTROLLED_MEMORY ubigint null
     TOTAL_MEMORY ubigint null
     MAX_TOTAL_MEMORY ubigint null`,
    threadRows,
  ),
  table('session_account_connect_attrs', attributes, (context) =>
    attributeRows(context, (id) => id === context.connectionId),
  ),
  table('session_connect_attrs', attributes, (context) => attributeRows(context, () => true)),
];
