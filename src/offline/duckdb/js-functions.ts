/**
 * Scalar expressions that DuckDB cannot say as MySQL means them run in the planner's evaluator, as functions
 * that DuckDB calls with a chunk at a time (measured: 0.3 µs a row for a short text function). So both routes
 * compute the same by construction. Such a function is named by what it computes and stays in the instance.
 */
import { createHash } from 'node:crypto';
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  STRUCT,
  structValue,
} from '@duckdb/node-api';
import { GatewayError } from '../../base/errors.ts';
import type { BoundExpr, BoundFrom } from '../../planner/bound.ts';
import { canEvaluate, compile } from '../../planner/evaluator/compile.ts';
import type { EvaluationEnv } from '../../planner/evaluator/environment.ts';
import { compileJsonTable } from '../../planner/evaluator/json-table.ts';
import { isVolatile } from '../../planner/expr-tools.ts';
import { argumentRule, functionsByName } from '../../sql/generated/functions.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { failText } from './errors.ts';
import { exprKey, valueKey } from './expr-key.ts';
import { duckType, duckValue } from './parameters.ts';
import { batchOfChunk } from './vectors.ts';

/** A function to be defined before a query that calls it as `name(arguments…, $env)`. */
export interface JsFunction {
  readonly name: string;
  readonly argumentTypes: readonly SqlType[];
  readonly resultType: DuckDBType;
  /** Gives another value at every call. */
  readonly volatile: boolean;
  readonly evaluate: (env: EvaluationEnv) => DuckDBValue;
}

/** The relation whose columns stand for the arguments of a compiled function. */
const argumentsRelation = -1;

function operandsOf(expr: BoundExpr): readonly BoundExpr[] | undefined {
  if (expr.kind === 'call') return expr.args;
  return expr.kind === 'cast' ? [expr.arg] : undefined;
}

/** Whether an operand is compiled into the function, so that another value makes another function. */
type Compiled = (operand: BoundExpr, index: number) => boolean;

/** The name that a call of the binder's for collations ends with. */
const isCollation = (expr: BoundExpr, index: number): boolean =>
  expr.kind === 'call' && expr.name.startsWith('COLLATION_') && index === expr.args.length - 1;

/** Words (a unit, a mode) are from closed lists; other literals would make functions without end. */
function isWord(expr: BoundExpr): Compiled {
  const definition = expr.kind === 'call' ? functionsByName.get(expr.name) : undefined;
  return (operand, index) =>
    operand.kind === 'literal' &&
    (operand.value === null ||
      (definition === undefined ? isCollation(expr, index) : argumentRule(definition, index) === 'word'));
}

/** Some functions can be compiled with their literals only, such as ROUND of a decimal with its digits. */
const isLiteral: Compiled = (operand) => operand.kind === 'literal';

/** Only casts look at the length of a text; of other functions it would make ever new ones. */
function anyLength(type: SqlType): SqlType {
  return type.kind === 'varchar' || type.kind === 'char'
    ? { kind: 'longtext', collation: type.collation }
    : type;
}

/**
 * The evaluator's function for one call or cast, and the operands to call it with in their order; the
 * evaluator's reason when it refuses.
 */
export function jsFunctionOf(
  expr: BoundExpr,
): { readonly function: JsFunction; readonly operands: readonly BoundExpr[] } | string {
  const general = compiledWith(expr, isWord(expr));
  return typeof general === 'string' ? compiledWith(expr, isLiteral) : general;
}

function compiledWith(
  expr: BoundExpr,
  compiled: Compiled,
): { readonly function: JsFunction; readonly operands: readonly BoundExpr[] } | string {
  const all = operandsOf(expr);
  if (all === undefined) return `an expression of kind ${expr.kind}`;
  const operands: BoundExpr[] = [];
  const replaced = all.map((operand, index): BoundExpr => {
    if (compiled(operand, index)) return operand;
    const column = operands.push(operand) - 1;
    const type = expr.kind === 'call' ? anyLength(operand.type) : operand.type;
    return { kind: 'column', relation: argumentsRelation, column, type, nullable: true };
  });
  const pattern: BoundExpr =
    expr.kind === 'call'
      ? { ...expr, args: replaced, type: anyLength(expr.type) }
      : expr.kind === 'cast'
        ? { ...expr, arg: replaced[0]! }
        : expr;
  const answer = canEvaluate(pattern);
  if (answer !== true) return answer;
  const evaluate = compile(pattern);
  return {
    function: {
      name: nameOf(exprKey(pattern)),
      argumentTypes: operands.map((operand) => operand.type),
      resultType: duckType(expr.type),
      volatile: isVolatile(pattern),
      evaluate: (env) => duckValue(evaluate(env), expr.type),
    },
    operands,
  };
}

const nameOf = (key: string): string => `tgj_${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;

/** The function from a document to the list of its rows. */
export function jsonTableFunction(from: Extract<BoundFrom, { kind: 'jsonTable' }>): JsFunction {
  const rowsOf = compileJsonTable(from.table);
  const types = from.columns.map((column) => column.type);
  const shape = Object.fromEntries(types.map((type, index) => [`c${index}`, duckType(type)]));
  const rowOf = (row: readonly SqlValue[]): DuckDBValue =>
    structValue(
      Object.fromEntries(row.map((value, index) => [`c${index}`, duckValue(value, types[index]!)])),
    );
  return {
    name: nameOf(`JSON_TABLE ${valueKey({ table: from.table, document: anyLength(from.document.type) })}`),
    argumentTypes: [from.document.type],
    resultType: LIST(STRUCT(shape)),
    volatile: false,
    evaluate: (env) => {
      const document = env.column(argumentsRelation, 0);
      return document === null ? null : listValue(rowsOf(String(document), env).map(rowOf));
    },
  };
}

/** The environments of the queries that run now, by the number that their SQL passes as `$env`. */
const environments = new Map<bigint, EvaluationEnv>();
let lastEnvironment = 0n;

/** Makes `env` known to JavaScript functions under a new number, until `forgetEnvironment`. */
export function rememberEnvironment(env: EvaluationEnv): bigint {
  environments.set(++lastEnvironment, env);
  return lastEnvironment;
}

export function forgetEnvironment(id: bigint): void {
  environments.delete(id);
}

/** Defines a function in the instance; the caller knows that it is not there yet. */
export function defineJsFunction(connection: DuckDBConnection, definition: JsFunction): void {
  const { argumentTypes, resultType, evaluate } = definition;
  const withEnv: readonly SqlType[] = [...argumentTypes, { kind: 'bigint', unsigned: false }];
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: definition.name,
      returnType: resultType,
      parameterTypes: [...argumentTypes.map(duckType), BIGINT],
      specialHandling: true,
      volatile: definition.volatile,
      mainFunction(info, input, output) {
        try {
          const batch = batchOfChunk(input, withEnv);
          const id = batch.columns[argumentTypes.length]!.get(0);
          const outer = typeof id === 'bigint' ? environments.get(id) : undefined;
          if (outer === undefined) throw new GatewayError('INTERNAL', 'the query has ended');
          let row = 0;
          const env: EvaluationEnv = {
            statement: outer.statement ?? outer,
            column: (_, column): SqlValue => batch.columns[column]!.get(row),
            parameter: (index) => outer.parameter(index),
            context: (name) => outer.context(name),
            zoneMinutes: (us) => outer.zoneMinutes(us),
            warn: (errno, message) => outer.warn(errno, message),
          };
          for (; row < batch.rowCount; row++) output.setItem(row, evaluate(env));
          output.flush();
        } catch (error) {
          info.setError(failText(error));
        }
      },
    }),
  );
}
