import { AssertionError } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import type { ColumnDef, TableDef } from '../catalog/schema.ts';
import type { BoundExpr } from '../planner/bound.ts';
import { compile } from '../planner/evaluator/compile.ts';
import type { EvaluationEnv, Evaluator } from '../planner/evaluator/environment.ts';
import { rulesOf, type TableRules } from '../planner/table-rules.ts';
import { coerceValue } from '../types/coerce.ts';
import type { CoerceContext, TargetColumn } from '../types/coerce-error.ts';
import { coerceLeniently, implicitValue } from '../types/coerce-lenient.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';
import type { ExecutionContext } from './context.ts';

/** What a column is given: a value, DEFAULT, or nothing because the statement does not name it. */
export type Given = SqlValue | 'default' | 'absent';

/**
 * What becomes of values that do not fit: an error in strict mode; else MySQL's adjusted value and a warning. A
 * NULL for a NOT NULL column is adjusted too, but not in a single row of INSERT without IGNORE.
 */
export type Lenience = 'strict' | 'relaxed' | 'ignore';

export interface RowBuilderOptions {
  /** NO_AUTO_VALUE_ON_ZERO: 0 is a value like any other. */
  readonly zeroIsValue: boolean;
  readonly lenience: Lenience;
  /** A NULL for a NOT NULL column is an error also in relaxed mode. */
  readonly nullFails?: boolean;
  /** The values are a file's: a NULL for a NOT NULL column has an error of its own. */
  readonly fromFile?: boolean;
}

const microsPerDigit = [1_000_000n, 100_000n, 10_000n, 1_000n, 100n, 10n, 1n];
const microsPerDay = 86_400_000_000n;

const evaluators = new WeakMap<BoundExpr, Evaluator>();

function compiled(expr: BoundExpr): Evaluator {
  let known = evaluators.get(expr);
  if (known === undefined) {
    known = compile(expr);
    evaluators.set(expr, known);
  }
  return known;
}

/** Makes whole rows of a table out of what a statement gives: converts, fills in defaults, numbers. */
export class RowBuilder {
  readonly table: TableDef;
  readonly #context: ExecutionContext;
  readonly #options: RowBuilderOptions;
  readonly #rules: TableRules | null;
  #row = 0;
  /** Of the row at hand: every value of it takes the same. */
  #coerceContext: CoerceContext | undefined;
  #increment: bigint | undefined;
  #firstGenerated = 0n;
  #lastExplicit = 0n;

  constructor(table: TableDef, context: ExecutionContext, options: RowBuilderOptions) {
    this.table = table;
    this.#context = context;
    this.#options = options;
    this.#rules = rulesOf(table);
  }

  /** The first AUTO_INCREMENT value that this statement generated; 0 for none. */
  get firstGenerated(): bigint {
    return this.#firstGenerated;
  }

  /** What the OK packet says: the first generated value, else the last one given explicitly. */
  get insertId(): bigint {
    return this.#firstGenerated !== 0n ? this.#firstGenerated : this.#lastExplicit;
  }

  get coerceContext(): CoerceContext {
    this.#coerceContext ??= {
      row: this.#row,
      table: this.table.name,
      zoneMinutes: this.#zoneMinutes,
      nowUs: this.#context.nowUs,
    };
    return this.#coerceContext;
  }

  readonly #zoneMinutes = (us: bigint): number => this.#context.env.zoneMinutes(us);

  /** Begins the statement's next row, for messages. */
  nextRow(): void {
    this.#row++;
    this.#coerceContext = undefined;
  }

  /**
   * A row of the table; undefined for one that a CHECK leaves out under IGNORE. `given` and `types` are by
   * column. Errors 1048, 1364, 3819 and those of conversion.
   */
  build(given: readonly Given[], types: readonly SqlType[]): Row | undefined {
    this.nextRow();
    const { columns } = this.table;
    const auto = columns.findIndex((column) => column.autoIncrement === true);
    const row = columns.map((column, index) =>
      index === auto || column.generated !== undefined
        ? null
        : this.#value(column, given[index]!, types[index]!),
    );
    // Last, so that a row that fails takes no number.
    if (auto >= 0) row[auto] = this.#value(columns[auto]!, given[auto]!, types[auto]!);
    return this.finish(row) ? row : undefined;
  }

  #value(column: ColumnDef, given: Given, type: SqlType): SqlValue {
    if (given === 'absent' || given === 'default') return this.defaultOf(column);
    const value = this.convert(column, given, type, column.autoIncrement === true);
    if (column.autoIncrement !== true) return value;
    if (value === null || (Number(value) === 0 && !this.#options.zeroIsValue)) return this.#generate(column);
    const number = BigInt(value as number | bigint);
    this.#lastExplicit = number;
    if (number > 0n) this.#context.services.journal.raiseAutoIncrement(this.table.id, number);
    return value;
  }

  /** A value as the column stores it; error 1048 for a NULL that it does not take. */
  convert(column: ColumnDef, value: SqlValue, type: SqlType, nullPasses = false): SqlValue {
    const { lenience } = this.#options;
    const converted = this.convertTo(column, value, type);
    if (converted !== null || column.nullable || nullPasses) return converted;
    const error =
      this.#options.fromFile === true
        ? new GatewayError(
            'NULL_TO_NOT_NULL',
            `Column set to default value; NULL supplied to NOT NULL column '${column.name}' at row ${this.#row}`,
          )
        : new GatewayError('COLUMN_NOT_NULL', `Column '${column.name}' cannot be null`);
    return this.#implicit(column, error, lenience === 'ignore' || this.#options.nullFails !== true);
  }

  /** A value as a column of the type stores it, by the statement's mode; NULL passes. */
  convertTo(column: TargetColumn, value: SqlValue, type: SqlType, context = this.coerceContext): SqlValue {
    return this.#options.lenience === 'strict'
      ? coerceValue(value, type, column, context)
      : coerceLeniently(value, type, column, context, this.#warn);
  }

  readonly #warn = (errno: number, message: string): void => this.#context.env.warn(errno, message);

  /** The type's own value with a warning in place of an error, where the mode allows it. */
  #implicit(column: ColumnDef, error: GatewayError, allowed = true): SqlValue {
    const value = implicitValue(column.type);
    if (this.#options.lenience === 'strict' || !allowed || value === undefined) throw error;
    this.#warn(error.errno, error.message);
    return value;
  }

  /** The column's default; error 1364 when it has none. */
  defaultOf(column: ColumnDef): SqlValue {
    if (column.autoIncrement === true) return this.#generate(column);
    if (column.default === undefined) {
      if (column.nullable) return null;
      const error = new GatewayError('NO_DEFAULT', `Field '${column.name}' doesn't have a default value`);
      // An ENUM that takes no NULL has its first member as its default.
      return column.type.kind === 'enum' ? (column.type.members[0] ?? '') : this.#implicit(column, error);
    }
    if (column.default.kind === 'constant') return column.default.value;
    if (column.default.kind === 'now') return this.now(column, column.default.fsp);
    const expr = this.#rules?.defaults.get(this.table.columns.indexOf(column));
    if (expr === undefined) throw new AssertionError('a default without its expression');
    return this.convert(column, compile(expr)(this.#context.env), expr.type);
  }

  /**
   * Computes the generated columns of a whole row and checks it. False under IGNORE for a row that violates a
   * CHECK: it is left out, with a warning. Error 3819 otherwise.
   */
  finish(row: SqlValue[]): boolean {
    const rules = this.#rules;
    if (rules === null) return true;
    const { env } = this.#context;
    const rowEnv: EvaluationEnv = {
      column: (_, column) => row[column]!,
      parameter: (index) => env.parameter(index),
      context: (name) => env.context(name),
      zoneMinutes: (us) => env.zoneMinutes(us),
      warn: (errno, message) => env.warn(errno, message),
    };
    for (const { column, value } of rules.generated) {
      const definition = this.table.columns[column]!;
      row[column] = this.convert(
        definition,
        env.forWrite(() => compiled(value)(rowEnv), this.#options.lenience === 'ignore'),
        value.type,
      );
    }
    for (const { name, condition } of rules.checks) {
      const holds = compiled(condition)(rowEnv);
      if (holds === null || Number(holds) !== 0) continue;
      const error = new GatewayError('CHECK_CONSTRAINT', `Check constraint '${name}' is violated.`);
      if (this.#options.lenience !== 'ignore') throw error;
      this.#warn(error.errno, error.message);
      return false;
    }
    return true;
  }

  /** The statement's time as the column stores it, cut to `fsp` digits. */
  now(column: ColumnDef, fsp: number): SqlValue {
    const { nowUs, env } = this.#context;
    const us =
      column.type.kind === 'timestamp' ? nowUs : nowUs + BigInt(env.zoneMinutes(nowUs)) * 60_000_000n;
    if (column.type.kind === 'date') return Number(us / microsPerDay);
    return us - (us % microsPerDigit[fsp]!);
  }

  #generate(column: ColumnDef): SqlValue {
    const next = this.#nextNumber();
    const value = coerceValue(next, { kind: 'bigint', unsigned: true }, column, this.coerceContext);
    if (this.#firstGenerated === 0n) this.#firstGenerated = next;
    return value;
  }

  /** By auto_increment_increment the next of offset, offset + increment …; the counter goes on at the one after. */
  #nextNumber(): bigint {
    const { env, services } = this.#context;
    const { journal } = services;
    this.#increment ??= BigInt(env.context('@@auto_increment_increment') as bigint);
    const increment = this.#increment;
    if (increment === 1n) return journal.reserveAutoIncrement(this.table.id, 1);
    const given = BigInt(env.context('@@auto_increment_offset') as bigint);
    const counter = journal.nextAutoIncrement(this.table.id);
    // An offset beyond the increment is not where a table begins.
    const offset = given > increment && counter < given ? 1n : given;
    const steps = counter <= offset ? 0n : (counter - offset + increment - 1n) / increment;
    const next = offset + steps * increment;
    journal.raiseAutoIncrement(this.table.id, next + increment - 1n);
    return next;
  }
}
