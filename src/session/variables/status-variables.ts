/** Status variables: SHOW STATUS and performance_schema.…_status, under MySQL's names where it has them. */
import type { Statement } from '../../sql/statement.ts';
import type { StatementCounters } from '../counters.ts';
import type { PlannedInput } from '../planning.ts';

/** MySQL's name of a statement's counter (Com_…), where it is not the statement's kind. */
const commandNames: Partial<Record<Statement['kind'], string>> = {
  createTable: 'create_table',
  alterTable: 'alter_table',
  dropTable: 'drop_table',
  renameTable: 'rename_table',
  createDatabase: 'create_db',
  alterDatabase: 'alter_db',
  dropDatabase: 'drop_db',
  createView: 'create_view',
  dropView: 'drop_view',
  createServer: 'create_server',
  alterServer: 'alter_server',
  dropServer: 'drop_server',
  createExternalTable: 'create_external_table',
  dropExternalTable: 'drop_external_table',
  createIndex: 'create_index',
  dropIndex: 'drop_index',
  createUser: 'create_user',
  alterUser: 'alter_user',
  dropUser: 'drop_user',
  renameUser: 'rename_user',
  startTransaction: 'begin',
  rollbackTo: 'rollback_to_savepoint',
  releaseSavepoint: 'release_savepoint',
  lockTables: 'lock_tables',
  unlockTables: 'unlock_tables',
  set: 'set_option',
  setFor: 'set_option',
  setPassword: 'set_password',
  setRole: 'set_role',
  loadData: 'load',
  use: 'change_db',
  describe: 'show_fields',
  explain: 'explain_other',
  explainConnection: 'explain_other',
  prepare: 'prepare_sql',
  execute: 'execute_sql',
  deallocate: 'dealloc_sql',
  call: 'call_procedure',
};

/** MySQL's names of the SHOW counters that monitors look at; the others are counted together. */
const showNames: Readonly<Record<string, string>> = {
  databases: 'show_databases',
  tables: 'show_tables',
  columns: 'show_fields',
  indexes: 'show_keys',
  tableStatus: 'show_table_status',
  variables: 'show_variables',
  status: 'show_status',
  processlist: 'show_processlist',
  warnings: 'show_warnings',
  errors: 'show_errors',
  createTable: 'show_create_table',
  createDatabase: 'show_create_db',
  grants: 'show_grants',
  collations: 'show_collations',
  charsets: 'show_charsets',
  engines: 'show_storage_engines',
  plugins: 'show_plugins',
  triggers: 'show_triggers',
  events: 'show_events',
};

function statementName(statement: Statement): string {
  if (statement.kind === 'show') return showNames[statement.target.topic] ?? 'show_others';
  if (statement.kind === 'tableMaintenance') return statement.action;
  return commandNames[statement.kind] ?? statement.kind;
}

/** What `Com_…` counts a statement as, without the prefix. */
export function commandName(planned: PlannedInput): string {
  if (planned.kind === 'statement') return statementName(planned.statement);
  if (planned.kind === 'query') return 'select';
  return planned.plan.kind === 'insert' && planned.plan.mode === 'replace' ? 'replace' : planned.plan.kind;
}

/** Counted from zero: a monitor asks for a name before anything has happened. */
const alwaysShown = [
  ...[
    'select',
    'insert',
    'replace',
    'update',
    'delete',
    'begin',
    'commit',
    'rollback',
    'truncate',
    'kill',
    'flush',
  ],
  ...Object.values(commandNames),
  ...Object.values(showNames),
  'show_others',
];

export interface StatusFacts {
  readonly counters: StatementCounters;
  readonly uptimeSeconds: bigint;
  readonly openSessions: number;
  readonly cachedPlans: number;
  readonly lastVersion: number;
}

/**
 * Names and values, sorted by name. The counters are the server's: a session has none of its own. Ssl_cipher
 * and Ssl_version are filled in by the session whose connection is encrypted.
 */
export function statusVariables(facts: StatusFacts): (readonly [name: string, value: string])[] {
  const { counters } = facts;
  const questions = String(counters.statements);
  const commands = new Map(alwaysShown.map((name) => [name, 0]));
  for (const [name, count] of counters.commands) commands.set(name, count);
  const variables: (readonly [string, string])[] = [
    ...[...commands].map(([name, count]) => [`Com_${name}`, String(count)] as const),
    ['Aborted_clients', '0'],
    ['Compression', 'OFF'],
    ['Queries', questions],
    ['Questions', questions],
    ['Slow_queries', '0'],
    ['Ssl_cipher', ''],
    ['Ssl_cipher_list', ''],
    ['Ssl_version', ''],
    ['Threads_connected', String(facts.openSessions)],
    ['Threads_running', '1'],
    ['Tidegate_cached_plans', String(facts.cachedPlans)],
    ['Tidegate_last_version', String(facts.lastVersion)],
    ['Uptime', String(facts.uptimeSeconds)],
    ['Uptime_since_flush_status', String(facts.uptimeSeconds)],
  ];
  return variables.sort(([a], [b]) => (a < b ? -1 : 1));
}
