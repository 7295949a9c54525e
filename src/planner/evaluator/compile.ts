/**
 * Bound expressions as JavaScript functions. What is not computed exactly as MySQL does is refused, with
 * the reason that EXPLAIN shows, and the planner leaves the query to DuckDB.
 */
import { AssertionError, assertNever } from '../../base/assert.ts';
import { functionsByName } from '../../sql/generated/functions.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { BoundExpr } from '../bound.ts';
import { isConstant } from '../expr-tools.ts';
import type { Argument, FunctionCompiler } from './argument.ts';
import { arithmeticFunctions } from './arithmetic.ts';
import { needsBytes, onBytes } from './byte-text.ts';
import { converter } from './cast.ts';
import { cipherFunctions } from './ciphers.ts';
import { clockFunctions } from './clocks.ts';
import { collationFunctions } from './collations.ts';
import { comparisonFunctions } from './compare.ts';
import { dateFunctions } from './dates.ts';
import { encodingFunctions } from './encodings.ts';
import { constantEnv, type EvaluationEnv, type Evaluator, Refusal } from './environment.ts';
import { gtidFunctions } from './gtid.ts';
import { informationFunctions } from './information.ts';
import { jsonFunctions } from './json.ts';
import { jsonChangeFunctions } from './json-change.ts';
import { jsonStorageFunctions } from './json-storage.ts';
import { condition, logicFunctions } from './logic.ts';
import { networkFunctions } from './network.ts';
import { numberFunctions } from './numbers.ts';
import { regexpFunctions } from './regexp.ts';
import { stringFunctions } from './strings.ts';
import { unitFunctions } from './units.ts';

const functions: ReadonlyMap<string, FunctionCompiler> = new Map(
  [
    comparisonFunctions,
    logicFunctions,
    arithmeticFunctions,
    numberFunctions,
    stringFunctions,
    dateFunctions,
    clockFunctions,
    encodingFunctions,
    jsonFunctions,
    regexpFunctions,
    jsonChangeFunctions,
    networkFunctions,
    cipherFunctions,
    gtidFunctions,
    jsonStorageFunctions,
    unitFunctions,
    collationFunctions,
    informationFunctions,
  ].flatMap((family) => Object.entries(family)),
);

/** Cuts `now` to its type's digits. */
function contextValue(name: string, type: SqlType): Evaluator {
  if ((name === 'now' || name === 'utc_now') && type.kind === 'datetime') {
    const unit = 10n ** BigInt(6 - type.fsp);
    return (env) => {
      const us = env.context(name) as bigint;
      return us - (((us % unit) + unit) % unit);
    };
  }
  return (env) => env.context(name);
}

function argument(expr: BoundExpr, place: Argument['place']): Argument {
  return {
    place,
    evaluate: build(expr),
    type: expr.type,
    literal: expr.kind === 'literal' ? expr.value : undefined,
    constant: isConstant(expr),
  };
}

/** The length of an implicit conversion describes the result; it never cuts a value. */
function uncut(type: SqlType): SqlType {
  if (type.kind === 'char' || type.kind === 'varchar') return { kind: 'longtext', collation: type.collation };
  return type.kind === 'varbinary' ? { kind: 'longblob' } : type;
}

function buildCast(expr: Extract<BoundExpr, { kind: 'cast' }>): Evaluator {
  const operand = build(expr.arg);
  const from = expr.arg.type;
  if (from.kind === 'null') return () => null;
  const convert = converter(from, expr.implicit ? uncut(expr.type) : expr.type);
  return (env) => {
    const value = operand(env);
    return value === null ? null : convert(value, env);
  };
}

function buildCase(expr: Extract<BoundExpr, { kind: 'case' }>): Evaluator {
  const branches = expr.whens.map(({ when, then }) => [condition(build(when)), build(then)] as const);
  const otherwise = expr.else === null ? () => null : build(expr.else);
  return (env) => {
    for (const [test, value] of branches) if (test(env) === true) return value(env);
    return otherwise(env);
  };
}

/** NULL as it is written, and a `?` that was given NULL: no family has a type for it. */
const isNullTyped = (expr: BoundExpr): boolean => expr.type.kind === 'null';

function build(expr: BoundExpr): Evaluator {
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr;
      return () => value;
    }
    case 'parameter': {
      const { index } = expr;
      return (env) => env.parameter(index);
    }
    case 'context':
      return contextValue(expr.name, expr.type);
    case 'column': {
      const { relation, column } = expr;
      return (env) => env.column(relation, column);
    }
    case 'call': {
      const compiler = functions.get(expr.name);
      if (compiler === undefined) throw new Refusal(`the function ${expr.name}`);
      const isNull = functionsByName.get(expr.name)?.nulls === 'strict' && expr.args.some(isNullTyped);
      if (isNull) return () => null;
      const args = expr.args.map((arg, index) =>
        argument(arg, { call: expr.name.toLowerCase(), position: index + 1 }),
      );
      return needsBytes(expr.name, args)
        ? onBytes(expr.name, compiler, args, expr.type)
        : compiler(args, expr.type);
    }
    case 'cast':
      return buildCast(expr);
    case 'case':
      return buildCase(expr);
    case 'aggregate':
      throw new Refusal(`the aggregate ${expr.name}`);
    case 'window':
      throw new Refusal('a window function');
    case 'scalarSubquery':
    case 'exists':
    case 'inSubquery':
    case 'quantified':
      throw new Refusal('a subquery');
    default:
      return assertNever(expr);
  }
}

/** True, or what the expression holds that is left to DuckDB (`the function JSON_EXTRACT`). */
export function canEvaluate(expr: BoundExpr): true | string {
  try {
    build(expr);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** The expression as a function of its environment; the caller has asked canEvaluate. */
export function compile(expr: BoundExpr): Evaluator {
  try {
    return build(expr);
  } catch (error) {
    if (error instanceof Refusal) throw new AssertionError(`cannot evaluate ${error.message}`);
    throw error;
  }
}

/** A condition as a function: true, false or null for unknown. */
export function compileCondition(expr: BoundExpr): (env: EvaluationEnv) => boolean | null {
  return condition(compile(expr));
}

/**
 * The value of an expression that reads neither rows nor parameters nor the session; undefined when it reads
 * any of them, is refused, or would warn or fail, which must happen when the statement runs.
 */
export function evaluateConstant(expr: BoundExpr): { readonly value: SqlValue } | undefined {
  let warned = false;
  try {
    const value = build(expr)(
      constantEnv(() => {
        warned = true;
      }),
    );
    return warned ? undefined : { value };
  } catch {
    return undefined;
  }
}
