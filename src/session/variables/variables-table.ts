/**
 * The system variables: MySQL 8.0's names, scopes and types for those that clients ask for, and ours. Many
 * change nothing here (buffer sizes, replication); they can be set and read back as far as MySQL lets them.
 */
import { defaultCollation } from '../../types/sql-type.ts';
import { defaultSqlModeText } from './sql-mode.ts';

export type VariableValue = null | bigint | number | string;

export type VariableKind =
  /** Stored as 0n or 1n; shown as OFF and ON. */
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'double'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly nullable: boolean }
  /** One of these words; a number is its position. */
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Names of variables, or `*`. */
  | { readonly kind: 'variableList' }
  | { readonly kind: 'sqlMode' | 'timeZone' | 'characterSet' | 'collation' | 'point' };

export interface VariableDef {
  readonly name: string;
  /** `both`: a session's own value, which begins as the global one. */
  readonly scope: 'global' | 'session' | 'both';
  /**
   * `globally`: SET GLOBAL only, though sessions have the variable (max_allowed_packet). `sameValue`: MySQL
   * can set it, but another value is not done here (error 1235).
   */
  readonly settable: 'yes' | 'no' | 'globally' | 'sameValue';
  readonly type: VariableKind;
  readonly default: VariableValue;
}

type Scope = VariableDef['scope'];

const boolean: VariableKind = { kind: 'boolean' };
const text: VariableKind = { kind: 'text', nullable: false };
const maxUnsigned = 18_446_744_073_709_551_615n;
const integer = (min: bigint = 0n, max: bigint = maxUnsigned): VariableKind => ({
  kind: 'integer',
  min,
  max,
});
const choice = (...choices: string[]): VariableKind => ({ kind: 'choice', choices });

const on = 1n;
const off = 0n;

const define = (
  name: string,
  scope: Scope,
  type: VariableKind,
  byDefault: VariableValue,
  settable: VariableDef['settable'] = 'yes',
): VariableDef => ({ name, scope, type, default: byDefault, settable });

const fixed = (name: string, type: VariableKind, value: VariableValue): VariableDef =>
  define(name, 'global', type, value, 'no');

const isolationLevels = choice('READ-UNCOMMITTED', 'READ-COMMITTED', 'REPEATABLE-READ', 'SERIALIZABLE');

/** What a session's behaviour depends on. */
const effective: readonly VariableDef[] = [
  define('auto_increment_increment', 'both', integer(1n, 65_535n), 1n),
  define('auto_increment_offset', 'both', integer(1n, 65_535n), 1n),
  define('autocommit', 'both', boolean, on),
  define('as_of', 'session', { kind: 'point' }, null),
  define('character_set_client', 'both', { kind: 'characterSet' }, 'utf8mb4'),
  define('character_set_connection', 'both', { kind: 'characterSet' }, 'utf8mb4'),
  define('character_set_results', 'both', { kind: 'characterSet' }, 'utf8mb4'),
  define('character_set_server', 'both', { kind: 'characterSet' }, 'utf8mb4'),
  define('character_set_database', 'both', { kind: 'characterSet' }, 'utf8mb4'),
  define('collation_connection', 'both', { kind: 'collation' }, defaultCollation),
  define('collation_database', 'both', { kind: 'collation' }, defaultCollation),
  define('collation_server', 'both', { kind: 'collation' }, defaultCollation),
  define('default_collation_for_utf8mb4', 'both', { kind: 'collation' }, defaultCollation, 'sameValue'),
  define('group_concat_max_len', 'both', integer(4n), 1_024n),
  define('innodb_lock_wait_timeout', 'both', integer(1n, 1_073_741_824n), 50n),
  define('interactive_timeout', 'both', integer(1n, 31_536_000n), 28_800n),
  define('last_insert_id', 'session', integer(), 0n),
  define('lock_wait_timeout', 'both', integer(1n, 31_536_000n), 31_536_000n),
  define('max_allowed_packet', 'both', integer(1_024n, 1_073_741_824n), 67_108_864n, 'globally'),
  define('max_execution_time', 'both', integer(0n, 4_294_967_295n), 0n),
  define('net_read_timeout', 'both', integer(1n, 31_536_000n), 30n),
  define('net_write_timeout', 'both', integer(1n, 31_536_000n), 60n),
  define('sql_mode', 'both', { kind: 'sqlMode' }, defaultSqlModeText),
  define('show_gipk_in_create_table_and_information_schema', 'both', boolean, on),
  define('sql_generate_invisible_primary_key', 'both', boolean, off),
  define('sql_safe_updates', 'both', boolean, off),
  define('sql_select_limit', 'both', integer(), maxUnsigned),
  define('time_zone', 'both', { kind: 'timeZone' }, 'SYSTEM'),
  define('timestamp', 'session', { kind: 'double', min: 0, max: 32_503_680_000 }, 0),
  define('transaction_isolation', 'both', isolationLevels, 'REPEATABLE-READ'),
  define('transaction_read_only', 'both', boolean, off),
  define('wait_timeout', 'both', integer(1n, 31_536_000n), 28_800n),
];

/** Computed when they are read. */
const computed: readonly VariableDef[] = [
  define('error_count', 'session', integer(), 0n, 'no'),
  define('insert_id', 'session', integer(), 0n, 'sameValue'),
  define('proxy_user', 'session', { kind: 'text', nullable: true }, null, 'no'),
  define('external_user', 'session', { kind: 'text', nullable: true }, null, 'no'),
  define('pseudo_thread_id', 'session', integer(), 0n, 'no'),
  define('warning_count', 'session', integer(), 0n, 'no'),
];

/** Accepted for the clients that set them. */
const harmless: readonly VariableDef[] = [
  define(
    'block_encryption_mode',
    'both',
    choice(
      'aes-128-ecb',
      'aes-128-cbc',
      'aes-128-cfb1',
      'aes-128-cfb8',
      'aes-128-cfb128',
      'aes-128-ofb',
      'aes-192-ecb',
      'aes-192-cbc',
      'aes-192-cfb1',
      'aes-192-cfb8',
      'aes-192-cfb128',
      'aes-192-ofb',
      'aes-256-ecb',
      'aes-256-cbc',
      'aes-256-cfb1',
      'aes-256-cfb8',
      'aes-256-cfb128',
      'aes-256-ofb',
    ),
    'aes-128-ecb',
  ),
  define('big_tables', 'both', boolean, off),
  define('binlog_format', 'both', choice('MIXED', 'STATEMENT', 'ROW'), 'ROW'),
  define('binlog_row_image', 'both', choice('MINIMAL', 'NOBLOB', 'FULL'), 'FULL'),
  define('bulk_insert_buffer_size', 'both', integer(), 8_388_608n),
  define('completion_type', 'both', choice('NO_CHAIN', 'CHAIN', 'RELEASE'), 'NO_CHAIN', 'sameValue'),
  define('cte_max_recursion_depth', 'both', integer(0n, 4_294_967_295n), 1_000n),
  define('default_storage_engine', 'both', text, 'InnoDB'),
  define('default_tmp_storage_engine', 'both', text, 'InnoDB'),
  define('default_week_format', 'both', integer(0n, 7n), 0n, 'sameValue'),
  define('div_precision_increment', 'both', integer(0n, 30n), 4n, 'sameValue'),
  define('explicit_defaults_for_timestamp', 'both', boolean, on, 'sameValue'),
  define('eq_range_index_dive_limit', 'both', integer(0n, 4_294_967_295n), 200n),
  define('foreign_key_checks', 'both', boolean, on),
  define('histogram_generation_max_mem_size', 'both', integer(), 20_000_000n),
  define('information_schema_stats_expiry', 'both', integer(0n, 31_536_000n), 86_400n),
  define('join_buffer_size', 'both', integer(128n), 262_144n),
  define('lc_messages', 'both', choice('en_US'), 'en_US'),
  define('lc_time_names', 'both', choice('en_US'), 'en_US'),
  define('long_query_time', 'both', { kind: 'double', min: 0, max: 31_536_000 }, 10),
  define('low_priority_updates', 'both', boolean, off),
  define('max_error_count', 'both', integer(0n, 65_535n), 1_024n, 'sameValue'),
  define('max_heap_table_size', 'both', integer(16_384n), 16_777_216n),
  define('max_join_size', 'both', integer(1n), maxUnsigned),
  define('max_length_for_sort_data', 'both', integer(4n, 8_388_608n), 4_096n),
  define('max_sort_length', 'both', integer(4n, 8_388_608n), 1_024n),
  define('max_sp_recursion_depth', 'both', integer(0n, 255n), 0n),
  define('max_user_connections', 'both', integer(0n, 4_294_967_295n), 0n, 'globally'),
  define('net_buffer_length', 'both', integer(1_024n, 1_048_576n), 16_384n, 'globally'),
  define('net_retry_count', 'both', integer(1n), 10n),
  define('new', 'both', boolean, off),
  define('old_alter_table', 'both', boolean, off),
  define('optimizer_prune_level', 'both', integer(0n, 1n), 1n),
  define('optimizer_search_depth', 'both', integer(0n, 62n), 62n),
  define('optimizer_switch', 'both', text, ''),
  define('optimizer_trace', 'both', text, 'enabled=off,one_line=off'),
  define('preload_buffer_size', 'both', integer(1_024n, 1_073_741_824n), 32_768n),
  define('profiling', 'both', boolean, off, 'sameValue'),
  define('profiling_history_size', 'both', integer(0n, 100n), 15n),
  define('query_alloc_block_size', 'both', integer(1_024n, 4_294_966_272n), 8_192n),
  define('query_prealloc_size', 'both', integer(8_192n), 8_192n),
  define('rand_seed1', 'session', integer(), 0n, 'no'),
  define('rand_seed2', 'session', integer(), 0n, 'no'),
  define('range_alloc_block_size', 'both', integer(4_096n), 4_096n),
  define('range_optimizer_max_mem_size', 'both', integer(), 8_388_608n),
  define('read_buffer_size', 'both', integer(8_192n), 131_072n),
  define('read_rnd_buffer_size', 'both', integer(1n), 262_144n),
  define('session_track_gtids', 'both', choice('OFF', 'OWN_GTID', 'ALL_GTIDS'), 'OFF'),
  define('session_track_schema', 'both', boolean, on),
  define('session_track_state_change', 'both', boolean, off),
  define(
    'session_track_system_variables',
    'both',
    { kind: 'variableList' },
    'time_zone,autocommit,character_set_client,character_set_results,character_set_connection',
  ),
  define('session_track_transaction_info', 'both', choice('OFF', 'STATE', 'CHARACTERISTICS'), 'OFF'),
  define('show_create_table_verbosity', 'both', boolean, off, 'sameValue'),
  define('sort_buffer_size', 'both', integer(32_768n), 262_144n),
  define('sql_auto_is_null', 'both', boolean, off, 'sameValue'),
  define('sql_big_selects', 'both', boolean, on),
  define('sql_buffer_result', 'both', boolean, off),
  define('sql_log_bin', 'session', boolean, on),
  define('sql_log_off', 'both', boolean, off),
  define('sql_notes', 'both', boolean, on),
  define('sql_quote_show_create', 'both', boolean, on),
  define('sql_require_primary_key', 'both', boolean, on, 'sameValue'),
  define('sql_warnings', 'both', boolean, off),
  define('tmp_table_size', 'both', integer(1_024n), 16_777_216n),
  define('transaction_alloc_block_size', 'both', integer(1_024n, 131_072n), 8_192n),
  define('transaction_prealloc_size', 'both', integer(1_024n, 131_072n), 4_096n),
  define('unique_checks', 'both', boolean, on),
  define('updatable_views_with_limit', 'both', boolean, on),
];

/** Of the server; most cannot be set. The values that depend on how it was started are given at start. */
const ofServer: readonly VariableDef[] = [
  fixed('authentication_policy', text, '*,,'),
  fixed('back_log', integer(), 151n),
  fixed('basedir', text, '/'),
  fixed('bind_address', text, '*'),
  fixed('character_set_filesystem', text, 'binary'),
  fixed('character_set_system', text, 'utf8mb3'),
  fixed('character_sets_dir', text, ''),
  define('connect_timeout', 'global', integer(2n, 31_536_000n), 10n, 'sameValue'),
  fixed('datadir', text, ''),
  fixed('default_authentication_plugin', text, 'caching_sha2_password'),
  fixed('default_password_lifetime', integer(), 0n),
  define('event_scheduler', 'global', choice('OFF', 'ON', 'DISABLED'), 'OFF', 'sameValue'),
  define('general_log', 'global', boolean, off, 'sameValue'),
  fixed('gtid_mode', text, 'OFF'),
  fixed('have_compress', text, 'NO'),
  fixed('have_dynamic_loading', text, 'NO'),
  fixed('have_geometry', text, 'NO'),
  fixed('have_openssl', text, 'YES'),
  fixed('have_profiling', text, 'NO'),
  fixed('have_query_cache', text, 'NO'),
  fixed('have_ssl', text, 'YES'),
  fixed('have_symlink', text, 'DISABLED'),
  fixed('hostname', text, 'localhost'),
  define('init_connect', 'global', text, '', 'sameValue'),
  fixed('init_file', text, ''),
  fixed('innodb_read_only', boolean, off),
  fixed('innodb_version', text, '8.0.40'),
  fixed('large_files_support', boolean, on),
  fixed('license', text, 'Apache-2.0'),
  define('local_infile', 'global', boolean, on, 'sameValue'),
  fixed('log_bin', boolean, off),
  fixed('log_error', text, 'stderr'),
  fixed('lower_case_file_system', boolean, off),
  fixed('lower_case_table_names', integer(), 0n),
  define('max_connect_errors', 'global', integer(), 100n, 'sameValue'),
  define('max_connections', 'global', integer(), 1_000n, 'sameValue'),
  define('max_prepared_stmt_count', 'global', integer(), 16_382n, 'sameValue'),
  fixed('open_files_limit', integer(), 1_048_576n),
  fixed('partial_revokes', boolean, off),
  fixed('performance_schema', boolean, off),
  fixed('pid_file', text, ''),
  fixed('port', integer(), 0n),
  fixed('protocol_version', integer(), 10n),
  fixed('query_cache_size', integer(), 0n),
  fixed('query_cache_type', text, 'OFF'),
  define('read_only', 'global', boolean, off, 'sameValue'),
  define('require_secure_transport', 'global', boolean, off, 'sameValue'),
  fixed('secure_file_priv', { kind: 'text', nullable: true }, null),
  fixed('server_id', integer(), 1n),
  fixed('server_uuid', text, ''),
  fixed('skip_name_resolve', boolean, on),
  fixed('skip_networking', boolean, off),
  define('slow_query_log', 'global', boolean, off, 'sameValue'),
  fixed('socket', { kind: 'text', nullable: true }, null),
  fixed('ssl_ca', { kind: 'text', nullable: true }, null),
  fixed('ssl_cert', { kind: 'text', nullable: true }, null),
  fixed('ssl_cipher', { kind: 'text', nullable: true }, null),
  fixed('ssl_key', { kind: 'text', nullable: true }, null),
  define('super_read_only', 'global', boolean, off, 'sameValue'),
  fixed('system_time_zone', text, 'UTC'),
  fixed('table_definition_cache', integer(), 2_000n),
  fixed('table_open_cache', integer(), 4_000n),
  fixed('thread_cache_size', integer(), 9n),
  fixed('thread_handling', text, 'one-thread-per-connection'),
  fixed('thread_stack', integer(), 1_048_576n),
  fixed('tls_version', text, 'TLSv1.2,TLSv1.3'),
  fixed('version', text, ''),
  fixed('version_comment', text, ''),
  fixed('version_compile_machine', text, 'x86_64'),
  fixed('version_compile_os', text, 'Linux'),
  fixed('version_compile_zlib', text, ''),
];

const aliases: Readonly<Record<string, string>> = {
  identity: 'last_insert_id',
  storage_engine: 'default_storage_engine',
  tx_isolation: 'transaction_isolation',
  tx_read_only: 'transaction_read_only',
};

/** All variables, sorted by name; aliases are not among them. */
export const variableDefinitions: readonly VariableDef[] = [
  ...effective,
  ...computed,
  ...harmless,
  ...ofServer,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const byName = new Map(variableDefinitions.map((definition) => [definition.name, definition]));

/** The variable, letter case aside and through its aliases; undefined when there is none. */
export function findVariable(name: string): VariableDef | undefined {
  const lower = name.toLowerCase();
  return byName.get(Object.hasOwn(aliases, lower) ? aliases[lower]! : lower);
}
