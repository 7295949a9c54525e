import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GatewayError } from '../../../src/base/errors.ts';
import { normalizeSqlMode } from '../../../src/session/variables/sql-mode.ts';
import type { TypedValue } from '../../../src/session/variables/variable-values.ts';
import {
  type EvaluatedSetItem,
  GlobalVariables,
  SessionVariables,
  type VariableScope,
} from '../../../src/session/variables/variables.ts';
import { bigint, datetime, decimal, nullType, varchar } from '../../../src/types/sql-type.ts';

const text = (value: string): TypedValue => ({ type: varchar(value.length), value });
const number = (value: number): TypedValue => ({ type: bigint(), value: BigInt(value) });
const nullValue: TypedValue = { type: nullType, value: null };
const half: TypedValue = { type: decimal(2, 1), value: '1.5' };

interface Opened {
  readonly globals: GlobalVariables;
  readonly session: SessionVariables;
  insertId(): bigint;
}

function open(globals = new GlobalVariables({ version: '8.0.40-test', port: 3_306n })): Opened {
  let lastInsertId = 7n;
  const session = new SessionVariables(globals, {
    connectionId: 12,
    nowUs: () => 1_600_000_000_500_000n,
    lastInsertId: () => lastInsertId,
    setLastInsertId: (value) => {
      lastInsertId = value;
    },
    inTransaction: () => false,
    warningCount: () => 3,
    errorCount: () => 1,
    variableChanged: () => {},
    userVariableChanged: () => {},
    nextTransactionChanged: () => {},
  });
  return { globals, session, insertId: () => lastInsertId };
}

const system = (
  name: string,
  value: TypedValue | 'default',
  scope: VariableScope | null = null,
): EvaluatedSetItem => ({ kind: 'systemVariable', scope, name, value });

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof GatewayError) return `${error.errno} ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('system variables', () => {
  // Numbers and messages are those of MariaDB 10.11, but for transaction_isolation, which it calls tx_isolation.
  const refused: readonly (readonly [EvaluatedSetItem, string])[] = [
    [system('autocommit', number(2)), "1231 Variable 'autocommit' can't be set to the value of '2'"],
    [system('autocommit', text('x')), "1231 Variable 'autocommit' can't be set to the value of 'x'"],
    [system('autocommit', half), "1232 Incorrect argument type to variable 'autocommit'"],
    [system('autocommit', nullValue), "1231 Variable 'autocommit' can't be set to the value of 'NULL'"],
    [system('sql_mode', text('x')), "1231 Variable 'sql_mode' can't be set to the value of 'X'"],
    [system('sql_mode', nullValue), "1231 Variable 'sql_mode' can't be set to the value of 'NULL'"],
    [system('wait_timeout', text('a')), "1232 Incorrect argument type to variable 'wait_timeout'"],
    [system('wait_timeout', half), "1232 Incorrect argument type to variable 'wait_timeout'"],
    [system('port', number(1)), "1238 Variable 'port' is a read only variable"],
    [
      system('last_insert_id', number(3), 'global'),
      "1228 Variable 'last_insert_id' is a SESSION variable and can't be used with SET GLOBAL",
    ],
    [
      system('max_connections', number(3)),
      "1229 Variable 'max_connections' is a GLOBAL variable and should be set with SET GLOBAL",
    ],
    [system('time_zone', text('foo')), "1298 Unknown or incorrect time zone: 'foo'"],
    [system('time_zone', text('+15:00')), "1298 Unknown or incorrect time zone: '+15:00'"],
    [system('time_zone', nullValue), "1231 Variable 'time_zone' can't be set to the value of 'NULL'"],
    [
      system('max_allowed_packet', number(1)),
      "1621 SESSION variable 'max_allowed_packet' is read-only. Use SET GLOBAL to assign the value",
    ],
    [system('foo', number(1)), "1193 Unknown system variable 'foo'"],
    [
      system('character_set_client', nullValue),
      "1231 Variable 'character_set_client' can't be set to the value of 'NULL'",
    ],
    [system('character_set_client', text('klingon')), "1115 Unknown character set: 'klingon'"],
    [
      system('transaction_isolation', text('foo')),
      "1231 Variable 'transaction_isolation' can't be set to the value of 'foo'",
    ],
    [{ kind: 'names', charset: 'foo', collation: null }, "1115 Unknown character set: 'foo'"],
    [
      { kind: 'names', charset: 'utf8mb4', collation: 'latin1_bin' },
      "1253 COLLATION 'latin1_bin' is not valid for CHARACTER SET 'utf8mb4'",
    ],
    [system('as_of', number(-1)), "1231 Variable 'as_of' can't be set to the value of '-1'"],
    [system('as_of', text('soon')), "1231 Variable 'as_of' can't be set to the value of 'soon'"],
  ];
  for (const [item, message] of refused) {
    it(`refuse: ${message}`, () =>
      assert.equal(
        failure(() => open().session.apply([item])),
        message,
      ));
  }

  it('refuse what would change results and is not done', () => {
    const { session } = open();
    for (const item of [
      system('sql_mode', text('ALLOW_INVALID_DATES')),
      system('autocommit', number(0), 'persist'),
    ]) {
      assert.match(
        failure(() => session.apply([item])),
        /^1235 /,
      );
    }
    session.apply([system('auto_increment_increment', number(2))]);
  });

  it('change nothing when one item of a SET fails', () => {
    const { session } = open();
    const items = [system('autocommit', number(0)), system('wait_timeout', text('x'))];
    assert.match(
      failure(() => session.apply(items)),
      /^1232/,
    );
    assert.equal(session.autocommit, true);
  });

  it('take words, numbers and other letter case', () => {
    const { session } = open();
    session.apply([system('AUTOCOMMIT', text('off')), system('transaction_isolation', text('serializable'))]);
    assert.deepEqual([session.autocommit, session.isolation], [false, 'SERIALIZABLE']);
    session.apply([system('autocommit', number(1)), system('tx_isolation', number(1))]);
    assert.deepEqual([session.autocommit, session.isolation], [true, 'READ-COMMITTED']);
    assert.equal(session.read(null, 'tx_isolation'), 'READ-COMMITTED');
  });

  it('cut an integer out of range with warning 1292', () => {
    const { session } = open();
    const warnings = session.apply([system('wait_timeout', number(-1))]);
    assert.deepEqual(
      warnings.map(({ errno, message }) => `${errno} ${message}`),
      ["1292 Truncated incorrect wait_timeout value: '-1'"],
    );
    assert.equal(session.read('session', 'wait_timeout'), 1n);
  });

  it('begin with the global value, and go back to it with DEFAULT and reset', () => {
    const { globals, session } = open();
    session.apply([system('wait_timeout', number(60), 'global')]);
    assert.equal(session.read('session', 'wait_timeout'), 28_800n);
    assert.equal(open(globals).session.read('session', 'wait_timeout'), 60n);
    session.apply([system('wait_timeout', number(9))]);
    session.apply([system('wait_timeout', 'default')]);
    assert.equal(session.read(null, 'wait_timeout'), 60n);
    session.apply([system('wait_timeout', number(9))]);
    session.setUserVariable('A', number(1));
    session.reset();
    assert.equal(session.read(null, 'wait_timeout'), 60n);
    assert.equal(session.userVariable('a').value, null);
    session.apply([system('wait_timeout', 'default', 'global')]);
    assert.equal(session.read('global', 'wait_timeout'), 28_800n);
  });

  it('are read by scope', () => {
    const { session } = open();
    assert.equal(session.read('global', 'port'), 3_306n);
    assert.equal(
      failure(() => session.read('session', 'port')),
      "1238 Variable 'port' is a GLOBAL variable",
    );
    assert.equal(
      failure(() => session.read('global', 'warning_count')),
      "1238 Variable 'warning_count' is a SESSION variable",
    );
    assert.equal(
      failure(() => session.read(null, 'nope')),
      "1193 Unknown system variable 'nope'",
    );
    assert.deepEqual(
      ['warning_count', 'error_count', 'pseudo_thread_id', 'identity', 'timestamp'].map((name) =>
        session.read(null, name),
      ),
      [3n, 1n, 12n, 7n, 1_600_000_000.5],
    );
  });

  it('show flags as ON and OFF, numbers in a SELECT', () => {
    const { session } = open();
    const shown = new Map(session.shown('session'));
    assert.deepEqual(
      [shown.get('autocommit'), shown.get('sql_log_off'), shown.get('socket'), shown.get('version')],
      ['ON', 'OFF', '', '8.0.40-test'],
    );
    assert.equal(session.read(null, 'autocommit'), 1n);
    assert.equal(session.typeOf(null, 'autocommit').kind, 'bigint');
    assert.equal(session.typeOf(null, 'sql_mode').kind, 'varchar');
    assert.ok(!new Map(session.shown('global')).has('warning_count'));
    assert.deepEqual([...shown.keys()], [...shown.keys()].sort());
  });

  it('exist as far as clients ask for them at login', () => {
    const { session } = open();
    const connectorJ = `auto_increment_increment character_set_client character_set_connection
      character_set_results character_set_server collation_server collation_connection init_connect
      interactive_timeout license lower_case_table_names max_allowed_packet net_write_timeout
      performance_schema query_cache_size query_cache_type sql_mode system_time_zone time_zone
      transaction_isolation wait_timeout`;
    const others = `version_comment default_storage_engine default_tmp_storage_engine event_scheduler
      tx_isolation tx_read_only session_track_system_variables innodb_read_only read_only gtid_mode
      partial_revokes information_schema_stats_expiry sql_auto_is_null max_execution_time socket
      sql_select_limit lower_case_table_names have_ssl`;
    for (const name of `${connectorJ} ${others}`.split(/\s+/)) {
      assert.doesNotThrow(() => session.read(null, name), name);
    }
    assert.equal(session.read(null, 'init_connect'), '');
    assert.ok(Number(session.read(null, 'max_allowed_packet')) > 1_000_000);
  });
});

describe('what the session lives by', () => {
  it('SET NAMES sets three character sets and the collation', () => {
    const { session } = open();
    session.apply([{ kind: 'names', charset: 'latin1', collation: null }]);
    assert.deepEqual(
      [session.clientCharset, session.resultCharset, session.connectionCollation],
      ['latin1', 'latin1', 'latin1_swedish_ci'],
    );
    session.apply([{ kind: 'names', charset: 'utf8mb4', collation: 'utf8mb4_0900_ai_ci' }]);
    assert.equal(session.connectionCollation, 'utf8mb4_0900_ai_ci');
    session.apply([{ kind: 'characterSet', charset: 'utf8' }]);
    assert.deepEqual([session.clientCharset, session.connectionCollation], ['utf8mb3', 'utf8mb4_0900_bin']);
    session.apply([system('character_set_results', nullValue)]);
    assert.equal(session.resultCharset, 'binary');
    assert.equal(session.read(null, 'character_set_results'), null);
  });

  it('the connection’s character set and collation follow each other', () => {
    const { session } = open();
    session.apply([system('collation_connection', text('latin1_bin'))]);
    assert.equal(session.read(null, 'character_set_connection'), 'latin1');
    session.apply([system('character_set_connection', text('utf8mb4'))]);
    assert.equal(session.connectionCollation, 'utf8mb4_0900_bin');
  });

  it('a limit of rows, of time, a fixed NOW', () => {
    const { session } = open();
    assert.deepEqual([session.selectLimit, session.maxExecutionTimeMs], [undefined, undefined]);
    session.apply([
      system('sql_select_limit', number(5)),
      system('max_execution_time', number(100)),
      system('timestamp', half),
    ]);
    assert.deepEqual(
      [session.selectLimit, session.maxExecutionTimeMs, session.fixedNowUs],
      [5n, 100, 1_500_000n],
    );
    session.apply([system('sql_select_limit', 'default'), system('timestamp', number(0))]);
    assert.deepEqual([session.selectLimit, session.fixedNowUs], [undefined, undefined]);
  });

  it('as_of: a version, or a time in the session’s zone', () => {
    const { session } = open();
    session.apply([system('as_of', number(12))]);
    assert.deepEqual(session.asOf, { kind: 'version', version: 12 });
    assert.equal(session.read('session', 'as_of'), '12');
    session.apply([system('time_zone', text('+02:00'))]);
    session.apply([system('as_of', text('2021-06-23 02:15:00'))]);
    const us = BigInt(Date.UTC(2021, 5, 23, 0, 15)) * 1_000n;
    assert.deepEqual(session.asOf, { kind: 'timestamp', us });
    session.apply([system('as_of', text('2021-06-23T00:15:00Z'))]);
    assert.deepEqual(session.asOf, { kind: 'timestamp', us });
    session.apply([system('as_of', { type: datetime(6), value: us + 7_200_000_000n })]);
    assert.deepEqual(session.asOf, { kind: 'timestamp', us });
    session.apply([system('as_of', nullValue)]);
    assert.equal(session.asOf, undefined);
  });

  it('SET TRANSACTION without a scope holds for the next transaction alone', () => {
    const { session } = open();
    session.apply([{ kind: 'transaction', scope: null, isolation: 'SERIALIZABLE', accessMode: 'read only' }]);
    assert.deepEqual([session.isolation, session.readOnly], ['REPEATABLE-READ', false]);
    assert.deepEqual(session.takeNextTransaction(), { isolation: 'SERIALIZABLE', accessMode: 'read only' });
    assert.equal(session.takeNextTransaction(), undefined);
    session.apply([{ kind: 'transaction', scope: 'session', isolation: null, accessMode: 'read only' }]);
    assert.equal(session.readOnly, true);
  });

  it('SET LAST_INSERT_ID reaches the session', () => {
    const { session, insertId } = open();
    session.apply([system('last_insert_id', number(99))]);
    assert.equal(insertId(), 99n);
  });

  it('the collation of the login', () => {
    const { session } = open();
    session.useLoginCollation(8);
    assert.equal(session.clientCharset, 'latin1');
    session.useLoginCollation(1_999);
    assert.equal(session.clientCharset, 'latin1');
  });
});

describe('sql_mode', () => {
  it('spells combinations out in MySQL’s order', () => {
    assert.equal(
      normalizeSqlMode('ANSI'),
      'REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ONLY_FULL_GROUP_BY,ANSI',
    );
    assert.equal(normalizeSqlMode(',strict_all_tables,'), 'STRICT_ALL_TABLES');
    assert.equal(normalizeSqlMode(''), '');
    assert.equal(normalizeSqlMode(6n), 'PIPES_AS_CONCAT,ANSI_QUOTES');
    assert.match(
      failure(() => normalizeSqlMode(1n << 60n)),
      /^1231/,
    );
  });

  it('sets the flags that the parser reads', () => {
    const { session } = open();
    session.apply([system('sql_mode', text('ANSI_QUOTES,NO_BACKSLASH_ESCAPES'))]);
    assert.deepEqual(
      [
        session.sqlModeFlags.ansiQuotes,
        session.sqlModeFlags.noBackslashEscapes,
        session.sqlModeFlags.pipesAsConcat,
      ],
      [true, true, false],
    );
    session.reset();
    assert.equal(session.sqlModeFlags.ansiQuotes, false);
  });

  it('reads back what it prints', () => {
    const modes = ['ANSI', 'TRADITIONAL', 'STRICT_TRANS_TABLES', 'ANSI_QUOTES', 'NO_ZERO_DATE', ''];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...modes)), (chosen) => {
        const printed = normalizeSqlMode(chosen.join(','));
        assert.equal(normalizeSqlMode(printed), printed);
      }),
    );
  });
});
