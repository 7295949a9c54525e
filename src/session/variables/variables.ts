/** System and user variables: the server's values, a session's own, and what SET does to them. */
import { assertNever } from '../../base/assert.ts';
import { GatewayError, notSupported } from '../../base/errors.ts';
import { findCharacterSet, findCollation, findCollationById } from '../../catalog/metadata/charsets.ts';
import type { Lenience } from '../../executor/row-builder.ts';
import { type SqlModeFlags, sqlModeFlags } from '../../sql/sql-mode.ts';
import type { IsolationLevel } from '../../sql/statement.ts';
import type { Point } from '../../time/point.ts';
import { findTimeZone, systemTimeZone, type TimeZone } from '../../time/time-zone.ts';
import { nullType, type SqlType } from '../../types/sql-type.ts';
import { parseDatetime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import type { StatementWarning } from '../warning.ts';
import { LayeredValues } from './layered-values.ts';
import {
  type AssignmentContext,
  checkSame,
  shownValue,
  storedValue,
  type TypedValue,
  variableResult,
  variableType,
} from './variable-values.ts';
import {
  findVariable,
  type VariableDef,
  type VariableValue,
  variableDefinitions,
} from './variables-table.ts';

export type VariableScope = 'global' | 'session' | 'persist' | 'persist_only';

/** A SetItem whose expression the caller has evaluated. `default` is SET x = DEFAULT. */
export type EvaluatedSetItem =
  | {
      readonly kind: 'systemVariable';
      readonly scope: VariableScope | null;
      readonly name: string;
      readonly value: TypedValue | 'default';
    }
  | { readonly kind: 'userVariable'; readonly name: string; readonly value: TypedValue }
  | { readonly kind: 'names'; readonly charset: string | null; readonly collation: string | null }
  | { readonly kind: 'characterSet'; readonly charset: string | null }
  | {
      readonly kind: 'transaction';
      readonly scope: 'global' | 'session' | null;
      readonly isolation: IsolationLevel | null;
      readonly accessMode: 'read only' | 'read write' | null;
    };

/** What SET TRANSACTION without a scope says of the next transaction alone. */
export interface TransactionCharacteristics {
  readonly isolation: IsolationLevel | null;
  readonly accessMode: 'read only' | 'read write' | null;
}

/** What the session knows and some variables show. */
export interface LiveValues {
  readonly connectionId: number;
  /** The start of the statement; microseconds since 1970-01-01 UTC. */
  nowUs(): bigint;
  lastInsertId(): bigint;
  setLastInsertId(value: bigint): void;
  inTransaction(): boolean;
  warningCount(): number;
  errorCount(): number;
  /** SET has changed a session's variable. */
  variableChanged(name: string): void;
  userVariableChanged(): void;
  /** SET TRANSACTION without a scope. */
  nextTransactionChanged(next: TransactionCharacteristics): void;
}

/** What SET NAMES sets, besides the collation. */
const namesVariables = ['character_set_client', 'character_set_connection', 'character_set_results'];

const unknownVariable = (name: string): GatewayError =>
  new GatewayError('UNKNOWN_SYSTEM_VARIABLE', `Unknown system variable '${name}'`);

function definitionOf(name: string): VariableDef {
  const definition = findVariable(name);
  if (definition === undefined) throw unknownVariable(name);
  return definition;
}

/** What a session begins with, and what is derived of it. Shared by the sessions that began with it. */
interface InitialValues {
  readonly values: ReadonlyMap<string, VariableValue>;
  readonly timeZone: TimeZone;
  readonly sqlModeFlags: SqlModeFlags;
}

/** The values that new sessions begin with. One for the process. */
export class GlobalVariables {
  readonly #values = new Map<string, VariableValue>();
  /** Undefined after a change. */
  #initial: InitialValues | undefined;

  /** `given` are values of this server: version, port, datadir … ; an unknown name is a mistake of ours. */
  constructor(given: Readonly<Record<string, VariableValue>>) {
    for (const definition of variableDefinitions) this.#values.set(definition.name, definition.default);
    for (const [name, value] of Object.entries(given)) this.#values.set(definitionOf(name).name, value);
  }

  get(name: string): VariableValue {
    return this.#values.get(definitionOf(name).name) ?? null;
  }

  set(name: string, value: VariableValue): void {
    this.#values.set(definitionOf(name).name, value);
    this.#initial = undefined;
  }

  /** The session variables of a session that begins now. */
  get initial(): InitialValues {
    this.#initial ??= this.#initialValues();
    return this.#initial;
  }

  #initialValues(): InitialValues {
    const values = new Map<string, VariableValue>();
    for (const { name, scope, default: fallback } of variableDefinitions) {
      if (scope !== 'global') values.set(name, scope === 'both' ? this.get(name) : fallback);
    }
    return {
      values,
      timeZone: findTimeZone(String(values.get('time_zone'))) ?? systemTimeZone,
      sqlModeFlags: sqlModeFlags(String(values.get('sql_mode'))),
    };
  }
}

let strictnessKnown: { readonly sqlMode: string; readonly isStrict: boolean } | undefined;

/** Asked for by every statement, of a text that seldom changes. */
function isStrictMode(sqlMode: string): boolean {
  if (strictnessKnown?.sqlMode !== sqlMode) {
    strictnessKnown = { sqlMode, isStrict: /STRICT_(TRANS|ALL)_TABLES/.test(sqlMode) };
  }
  return strictnessKnown.isStrict;
}

/** One session's variables. SET goes through `apply`; the getters are what the session lives by. */
const noModes = sqlModeFlags('');
const noErrors: ReadonlySet<number> = new Set();
const truncationErrors: ReadonlySet<number> = new Set([1292]);
const strictErrors: ReadonlySet<number> = new Set([1292, 1365]);

export class SessionVariables {
  readonly #globals: GlobalVariables;
  readonly #live: LiveValues;
  readonly #values = new LayeredValues();
  readonly #userVariables = new Map<string, TypedValue>();
  #timeZone: TimeZone = systemTimeZone;
  #sqlModeFlags: SqlModeFlags = noModes;
  #nextTransaction: TransactionCharacteristics | undefined;

  constructor(globals: GlobalVariables, live: LiveValues) {
    this.#globals = globals;
    this.#live = live;
    this.reset();
  }

  /** COM_RESET_CONNECTION: the global values again, no user variables. */
  reset(): void {
    const { values, timeZone, sqlModeFlags } = this.#globals.initial;
    this.#values.reset(values);
    this.#timeZone = timeZone;
    this.#sqlModeFlags = sqlModeFlags;
    this.#userVariables.clear();
    this.#nextTransaction = undefined;
  }

  /** The client's collation of the login packet; an unknown id leaves the default. */
  useLoginCollation(id: number): void {
    const collation = findCollationById(id);
    if (collation === undefined) return;
    this.#setNames(collation.characterSet, collation.name);
  }

  /** USE: character_set_database and collation_database follow the session's database. */
  useDatabaseCollation(collation: string | undefined): void {
    const name = collation ?? String(this.#globals.get('collation_server'));
    this.#values.set('collation_database', name);
    this.#values.set('character_set_database', findCollation(name)?.characterSet ?? 'utf8mb4');
  }

  // ---- reading ------------------------------------------------------------------------------------

  /** The type of `@@name`; error 1193 for an unknown one, 1238 for a scope that it does not have. */
  typeOf(scope: VariableScope | null, name: string): SqlType {
    return variableType(this.#readable(scope, name));
  }

  /** The value of `@@name` in typeOf's type. */
  read(scope: VariableScope | null, name: string): SqlValue {
    const definition = this.#readable(scope, name);
    return variableResult(definition, this.#current(definition, scope === 'global'));
  }

  /** Every variable with its text, sorted by name: SHOW VARIABLES. */
  *shown(scope: 'global' | 'session'): Generator<readonly [name: string, value: string]> {
    for (const definition of variableDefinitions) {
      if (scope === 'global' && definition.scope === 'session') continue;
      const value = shownValue(definition, this.#current(definition, scope === 'global'));
      yield [definition.name, value];
    }
  }

  /** One of them for the session. */
  shownText(name: string): string {
    const definition = definitionOf(name);
    return shownValue(definition, this.#current(definition, false));
  }

  /** NULL for a variable that was never set, as MySQL has it. */
  userVariable(name: string): TypedValue {
    return this.#userVariables.get(name.toLowerCase()) ?? { type: nullType, value: null };
  }

  setUserVariable(name: string, value: TypedValue): void {
    this.#userVariables.set(name.toLowerCase(), value);
  }

  #readable(scope: VariableScope | null, name: string): VariableDef {
    const definition = definitionOf(name);
    const asGlobal = scope === 'global' || scope === 'persist' || scope === 'persist_only';
    if (asGlobal && definition.scope === 'session') throw scopeError(definition, 'SESSION');
    if (scope === 'session' && definition.scope === 'global') throw scopeError(definition, 'GLOBAL');
    return definition;
  }

  #current(definition: VariableDef, asGlobal: boolean): VariableValue {
    if (asGlobal || definition.scope === 'global') return this.#globals.get(definition.name);
    switch (definition.name) {
      case 'error_count':
        return BigInt(this.#live.errorCount());
      case 'last_insert_id':
        return this.#live.lastInsertId();
      case 'pseudo_thread_id':
        return BigInt(this.#live.connectionId);
      case 'timestamp':
        return Number(this.fixedNowUs ?? this.#live.nowUs()) / 1_000_000;
      case 'warning_count':
        return BigInt(this.#live.warningCount());
      default:
        return this.#values.get(definition.name) ?? null;
    }
  }

  #text(name: string): string {
    return String(this.#values.get(name) ?? '');
  }

  #integer(name: string): bigint {
    const value = this.#values.get(name);
    return typeof value === 'bigint' ? value : 0n;
  }

  get autocommit(): boolean {
    return this.#integer('autocommit') === 1n;
  }

  /** `sql_mode` as it prints, and the flags that the lexer and parser need. */
  get sqlMode(): string {
    return this.#text('sql_mode');
  }

  get sqlModeFlags(): SqlModeFlags {
    return this.#sqlModeFlags;
  }

  get timeZone(): TimeZone {
    return this.#timeZone;
  }

  get isolation(): string {
    return this.#text('transaction_isolation');
  }

  get readOnly(): boolean {
    return this.#integer('transaction_read_only') === 1n;
  }

  /** What writes do with values that do not fit. */
  get lenience(): Lenience {
    return this.#isStrict ? 'strict' : 'relaxed';
  }

  get #isStrict(): boolean {
    return isStrictMode(this.sqlMode);
  }

  /** Warnings that are errors where a value is computed to be written: 1292, and 1365 if the mode says so. */
  get writeErrors(): ReadonlySet<number> {
    if (!this.#isStrict) return noErrors;
    return this.warnsOfDivision ? strictErrors : truncationErrors;
  }

  get warnsOfDivision(): boolean {
    return this.sqlMode.includes('ERROR_FOR_DIVISION_BY_ZERO');
  }

  get generatesKeys(): boolean {
    return this.#integer('sql_generate_invisible_primary_key') === 1n;
  }

  get showsGeneratedKeys(): boolean {
    return this.#integer('show_gipk_in_create_table_and_information_schema') === 1n;
  }

  get safeUpdates(): boolean {
    return this.#integer('sql_safe_updates') === 1n;
  }

  get clientCharset(): string {
    return this.#text('character_set_client');
  }

  /** `binary` when results go out as they are (NULL). */
  get resultCharset(): string {
    return this.#text('character_set_results') || 'binary';
  }

  get connectionCollation(): string {
    return this.#text('collation_connection');
  }

  /** Rows that a SELECT without LIMIT returns at most; undefined for no limit. */
  get selectLimit(): bigint | undefined {
    const limit = this.#integer('sql_select_limit');
    return limit === 18_446_744_073_709_551_615n ? undefined : limit;
  }

  /** Of a SELECT; undefined for no limit. */
  get maxExecutionTimeMs(): number | undefined {
    return Number(this.#integer('max_execution_time')) || undefined;
  }

  get groupConcatMaxLength(): number {
    return Number(this.#integer('group_concat_max_len'));
  }

  get lockWaitTimeoutMs(): number {
    return Number(this.#integer('innodb_lock_wait_timeout')) * 1_000;
  }

  /** How long a connection may idle. */
  get waitTimeoutMs(): number {
    return Number(this.#integer('wait_timeout')) * 1_000;
  }

  /** The longest request that the connection takes, in bytes. */
  get maxAllowedPacketBytes(): number {
    return Number(this.#integer('max_allowed_packet'));
  }

  /** At the login of an interactive client: its wait_timeout begins as interactive_timeout. */
  useInteractiveTimeout(): void {
    this.#values.set('wait_timeout', this.#integer('interactive_timeout'));
  }

  /** SET timestamp: what NOW() says, in microseconds since 1970-01-01 UTC; undefined for the clock. */
  get fixedNowUs(): bigint | undefined {
    const seconds = this.#values.get('timestamp');
    return typeof seconds === 'number' && seconds !== 0 ? BigInt(Math.round(seconds * 1e6)) : undefined;
  }

  /** The point that tables without an AS OF of their own are read at; undefined for now. */
  get asOf(): Point | undefined {
    const value = this.#values.get('as_of');
    if (typeof value === 'bigint') return { kind: 'version', version: Number(value) };
    if (typeof value !== 'string') return undefined;
    return { kind: 'timestamp', us: parseDatetime(value.slice(0, -1))! };
  }

  /** What SET TRANSACTION said of the next transaction. */
  get nextTransaction(): TransactionCharacteristics | undefined {
    return this.#nextTransaction;
  }

  /** What SET TRANSACTION said of the next transaction; it is forgotten with the call. */
  takeNextTransaction(): TransactionCharacteristics | undefined {
    const next = this.#nextTransaction;
    this.#nextTransaction = undefined;
    return next;
  }

  // ---- SET ----------------------------------------------------------------------------------------

  /**
   * Runs a SET whose expressions were all evaluated before the first assignment, as MySQL does. Every item
   * is checked first: when one fails, none has changed anything. Returns the warnings.
   */
  apply(items: readonly EvaluatedSetItem[]): StatementWarning[] {
    const warnings: StatementWarning[] = [];
    const assignments = items.map((item) => this.#prepare(item, warnings));
    for (const assign of assignments) assign();
    return warnings;
  }

  #prepare(item: EvaluatedSetItem, warnings: StatementWarning[]): () => void {
    switch (item.kind) {
      case 'systemVariable':
        return this.#prepareSystem(item, warnings);
      case 'userVariable':
        return () => {
          this.setUserVariable(item.name, item.value);
          this.#live.userVariableChanged();
        };
      case 'names': {
        const { charset, collation } = checkedNames(item.charset, item.collation, this.#globals);
        return () => {
          this.#setNames(charset, collation);
          this.#namesChanged();
        };
      }
      case 'characterSet': {
        const { charset } = checkedNames(item.charset, null, this.#globals);
        return () => {
          this.#setCharacterSet(charset);
          this.#namesChanged();
        };
      }
      case 'transaction':
        return this.#prepareTransaction(item);
      default:
        return assertNever(item);
    }
  }

  #prepareSystem(
    item: Extract<EvaluatedSetItem, { kind: 'systemVariable' }>,
    warnings: StatementWarning[],
  ): () => void {
    const definition = definitionOf(item.name);
    checkSettable(definition, item.scope);
    const asGlobal = item.scope === 'global';
    const next = this.#nextValue(definition, item.value, asGlobal, warnings);
    checkSame(definition, this.#current(definition, asGlobal), next);
    if (asGlobal) return () => this.#globals.set(definition.name, next);
    return () => {
      this.#assign(definition, next);
      this.#live.variableChanged(definition.name);
    };
  }

  #nextValue(
    definition: VariableDef,
    value: TypedValue | 'default',
    asGlobal: boolean,
    warnings: StatementWarning[],
  ): VariableValue {
    if (value === 'default') {
      return asGlobal || definition.scope === 'session'
        ? definition.default
        : this.#globals.get(definition.name);
    }
    const context: AssignmentContext = {
      timeZone: this.#timeZone,
      strict: this.sqlMode.includes('STRICT_ALL_TABLES'),
      warn: (warning) => void warnings.push(warning),
    };
    return storedValue(definition, value, context);
  }

  /** The character set and the collation of the connection follow each other. */
  #assign(definition: VariableDef, value: VariableValue): void {
    this.#store(definition, value);
    if (definition.name === 'character_set_connection') {
      const collation = findCharacterSet(String(value))?.defaultCollation ?? null;
      this.#values.set('collation_connection', collation);
    } else if (definition.name === 'collation_connection') {
      this.#values.set('character_set_connection', findCollation(String(value))?.characterSet ?? null);
    } else if (definition.name === 'last_insert_id' && typeof value === 'bigint') {
      this.#live.setLastInsertId(value);
    }
  }

  #store(definition: VariableDef, value: VariableValue): void {
    this.#values.set(definition.name, value);
    if (definition.type.kind === 'timeZone') {
      this.#timeZone = findTimeZone(String(value)) ?? systemTimeZone;
    } else if (definition.type.kind === 'sqlMode') {
      this.#sqlModeFlags = sqlModeFlags(String(value));
    }
  }

  #namesChanged(): void {
    for (const name of namesVariables) this.#live.variableChanged(name);
  }

  #setNames(charset: string, collation: string): void {
    for (const name of namesVariables) this.#values.set(name, charset);
    this.#values.set('collation_connection', collation);
  }

  #setCharacterSet(charset: string): void {
    this.#values.set('character_set_client', charset);
    this.#values.set('character_set_results', charset);
    this.#values.set('character_set_connection', this.#values.get('character_set_database') ?? null);
    this.#values.set('collation_connection', this.#values.get('collation_database') ?? null);
  }

  #prepareTransaction(item: Extract<EvaluatedSetItem, { kind: 'transaction' }>): () => void {
    const { scope, isolation, accessMode } = item;
    if (scope === null) {
      if (this.#live.inTransaction()) {
        throw new GatewayError(
          'TRANSACTION_IN_PROGRESS',
          "Transaction characteristics can't be changed while a transaction is in progress",
        );
      }
      return () => {
        this.#nextTransaction = {
          isolation: isolation ?? this.#nextTransaction?.isolation ?? null,
          accessMode: accessMode ?? this.#nextTransaction?.accessMode ?? null,
        };
        this.#live.nextTransactionChanged({ isolation, accessMode });
      };
    }
    const set = (name: string, value: VariableValue): void => {
      if (scope === 'global') {
        this.#globals.set(name, value);
        return;
      }
      this.#values.set(name, value);
      this.#live.variableChanged(name);
    };
    return () => {
      if (isolation !== null) set('transaction_isolation', isolation);
      if (accessMode !== null) set('transaction_read_only', accessMode === 'read only' ? 1n : 0n);
    };
  }
}

const scopeError = (definition: VariableDef, scope: 'GLOBAL' | 'SESSION'): GatewayError =>
  new GatewayError('WRONG_SCOPE_VARIABLE', `Variable '${definition.name}' is a ${scope} variable`);

function checkSettable(definition: VariableDef, scope: VariableScope | null): void {
  const { name } = definition;
  if (definition.settable === 'no') {
    throw new GatewayError('WRONG_SCOPE_VARIABLE', `Variable '${name}' is a read only variable`);
  }
  if (scope === 'persist' || scope === 'persist_only') throw notSupported(`SET ${scope.toUpperCase()}`);
  if (scope === 'global') {
    if (definition.scope !== 'session') return;
    throw new GatewayError(
      'LOCAL_VARIABLE',
      `Variable '${name}' is a SESSION variable and can't be used with SET GLOBAL`,
    );
  }
  if (definition.scope === 'global') {
    throw new GatewayError(
      'GLOBAL_VARIABLE',
      `Variable '${name}' is a GLOBAL variable and should be set with SET GLOBAL`,
    );
  }
  if (definition.settable === 'globally') {
    throw new GatewayError(
      'SESSION_VARIABLE_READ_ONLY',
      `SESSION variable '${name}' is read-only. Use SET GLOBAL to assign the value`,
    );
  }
}

/** Names as the lists spell them; errors 1115, 1273, 1253. Null is DEFAULT. */
function checkedNames(
  charset: string | null,
  collation: string | null,
  globals: GlobalVariables,
): { charset: string; collation: string } {
  const wanted = charset ?? String(globals.get('character_set_client'));
  const set = findCharacterSet(wanted);
  if (set === undefined) throw new GatewayError('UNKNOWN_CHARSET', `Unknown character set: '${wanted}'`);
  if (collation === null) return { charset: set.name, collation: set.defaultCollation };
  const found = findCollation(collation);
  if (found === undefined) throw new GatewayError('UNKNOWN_COLLATION', `Unknown collation: '${collation}'`);
  if (found.characterSet !== set.name) {
    throw new GatewayError(
      'COLLATION_CHARSET_MISMATCH',
      `COLLATION '${found.name}' is not valid for CHARACTER SET '${set.name}'`,
    );
  }
  return { charset: set.name, collation: found.name };
}
