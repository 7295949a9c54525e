/** Expressions: every name resolved, every type known, every conversion explicit. */
import { assertNever } from '../../base/assert.ts';
import { GatewayError, notSupported } from '../../base/errors.ts';
import { characterSetOf, findCharacterSet, findCollation } from '../../catalog/metadata/charsets.ts';
import type { Expr, Query, VariableScope } from '../../sql/ast.ts';
import { decimal, type SqlType, typeClass, varchar } from '../../types/sql-type.ts';
import type { BoundExpr } from '../bound.ts';
import { castTo, whenThen } from '../expr-tools.ts';
import { chosenType } from '../result-type/common.ts';
import { type ColumnName, resolve, unknownColumn } from '../scope.ts';
import { bindAggregate, bindWindowFunction } from './aggregate.ts';
import { asCondition, asText, comparePair } from './arguments.ts';
import { bindCall, callOf, negated, unknownFunction } from './call.ts';
import { systemCollation } from './coercibility.ts';
import { byCollation, commonText, likeOperands } from './collation.ts';
import { nullLiteral, textLiteral } from './context.ts';
import { bindTemporalLiteral, castOf, dateArithmetic, timestampDifference } from './conversion.ts';
import { bindInner, type ExprEnv } from './env.ts';
import { bindJsonValue } from './json-value.ts';
import { bindComparison, bindIn, bindQuantified, inQuery, rowItems } from './predicate.ts';

const conditionNames: Readonly<Record<string, string>> = {
  null: 'IS NULL',
  unknown: 'IS NULL',
  true: 'IS TRUE',
  false: 'IS FALSE',
};

function bindColumn(name: ColumnName, env: ExprEnv): BoundExpr {
  if (env.aliasFirst) {
    const aliased = env.alias(name, env);
    if (aliased !== undefined) return aliased;
  }
  const column = env.columns ? resolve(env.scope, name, env.clause) : resolveOuter(env, name);
  const found = column ?? (env.aliasFirst ? undefined : env.alias(name, env));
  if (found === undefined) throw unknownColumn(name, env.clause);
  return found;
}

const resolveOuter = (env: ExprEnv, name: ColumnName): BoundExpr | undefined =>
  env.scope.outer === null ? undefined : resolve(env.scope.outer, name, env.clause);

/** One value; rows and queries of several columns are error 1241. */
export function bindExpr(expr: Expr, env: ExprEnv): BoundExpr {
  switch (expr.kind) {
    case 'literal':
      // A view's text has numbers of its own, so its literals stay in the plan.
      if (env.surroundings.views.length > 0)
        return env.context.literal({ ...expr, parameter: null }, true, env.surroundings.collation);
      return env.context.literal(expr, env.clause === 'field list');
    case 'placeholder':
      return env.context.placeholder(expr.parameter);
    case 'temporalLiteral':
      return bindTemporalLiteral(expr, env);
    case 'column':
      return bindColumn(expr, env);
    case 'null':
      return nullLiteral;
    case 'boolean':
      return {
        kind: 'literal',
        value: expr.value ? 1n : 0n,
        type: { kind: 'bigint', unsigned: false, displayWidth: 1 },
      };
    case 'default':
    case 'defaultOf':
      throw notSupported('DEFAULT in an expression');
    case 'insertValue':
      if (env.insertValue === null) {
        // It means something there only; elsewhere it is the NULL of its column's type.
        const { type } = bindColumn(expr.column, env);
        return { kind: 'literal', value: null, type };
      }
      return env.insertValue(expr.column);
    case 'userVariable':
      return userVariable(expr.name, env);
    case 'systemVariable':
      return systemVariable(expr.scope, expr.name, env);
    case 'assignVariable':
      throw notSupported(':= within an expression');
    case 'unary':
      return bindUnary(expr, env);
    case 'binary':
      return bindBinary(expr, env);
    case 'and':
    case 'or':
      return callOf(
        env.context,
        expr.kind === 'and' ? 'AND' : 'OR',
        expr.terms.map((term) => bindCondition(term, env)),
      );
    case 'between': {
      const operand = bindExpr(expr.operand, env);
      const low = callOf(
        env.context,
        '>=',
        byCollation(comparePair(env.context, operand, bindExpr(expr.low, env)), 'BETWEEN'),
      );
      const high = callOf(
        env.context,
        '<=',
        byCollation(comparePair(env.context, operand, bindExpr(expr.high, env)), 'BETWEEN'),
      );
      return negated(env.context, callOf(env.context, 'AND', [low, high]), expr.negated);
    }
    case 'in':
      return negated(env.context, bindIn(expr.operand, expr.list, env), expr.negated);
    case 'inQuery':
      return inQuery(rowItems(expr.operand), expr.query, expr.negated, env);
    case 'like':
      return bindLike(expr, env);
    case 'regexp':
      return negated(
        env.context,
        bindCall('REGEXP', [bindExpr(expr.operand, env), bindExpr(expr.pattern, env)], env),
        expr.negated,
      );
    case 'soundsLike':
      return callOf(
        env.context,
        '=',
        byCollation(
          [expr.left, expr.right].map((side) => bindCall('SOUNDEX', [bindExpr(side, env)], env)),
          'SOUNDS LIKE',
        ),
      );
    case 'memberOf':
      return bindCall('MEMBER OF', [bindExpr(expr.operand, env), bindExpr(expr.array, env)], env);
    case 'is': {
      const operand = bindExpr(expr.operand, env);
      const tested = expr.test === 'true' || expr.test === 'false' ? asCondition(operand) : operand;
      return negated(env.context, callOf(env.context, conditionNames[expr.test]!, [tested]), expr.negated);
    }
    case 'case':
      return bindCase(expr, env);
    case 'row':
      throw new GatewayError('OPERAND_COLUMNS', 'Operand should contain 1 column(s)');
    case 'subquery':
      return scalarSubquery(expr.query, env);
    case 'exists': {
      const query = bindInner(expr.query, env);
      return { kind: 'exists', query, type: predicate };
    }
    case 'quantified':
      return bindQuantified(expr, env);
    case 'call':
      if (expr.database !== null) throw unknownFunction(`${expr.database}.${expr.name}`);
      return bindCall(
        expr.name,
        expr.args.map((arg) => bindExpr(arg, env)),
        env,
      );
    case 'aggregate':
      return bindAggregate(expr, env);
    case 'windowFunction':
      return bindWindowFunction(expr, env);
    case 'cast':
      if (expr.array) throw notSupported('CAST … AS … ARRAY');
      return castOf(bindExpr(expr.operand, env), expr.type, env);
    case 'convertUsing':
      return convertCharset(bindExpr(expr.operand, env), expr.charset);
    case 'charUsing':
      return convertCharset(
        bindCall(
          'CHAR',
          expr.args.map((arg) => bindExpr(arg, env)),
          env,
        ),
        expr.charset,
      );
    case 'collate':
      return collated(bindExpr(expr.operand, env), expr.collation, env);
    case 'dateArithmetic':
      return dateArithmetic(expr.operator, expr.operand, expr.amount, expr.unit, env);
    case 'timestampAdd':
      return dateArithmetic('+', expr.operand, expr.amount, expr.unit, env);
    case 'timestampDiff':
      return timestampDifference(expr, env);
    case 'extract':
      return bindCall('EXTRACT', [textLiteral(expr.unit), bindExpr(expr.operand, env)], env);
    case 'trim': {
      const operand = bindExpr(expr.operand, env);
      if (expr.remove === null && expr.side === 'both') return bindCall('TRIM', [operand], env);
      const remove = expr.remove === null ? textLiteral(' ') : bindExpr(expr.remove, env);
      return bindCall(`TRIM_${expr.side.toUpperCase()}`, [operand, remove], env);
    }
    case 'getFormat':
      return bindCall('GET_FORMAT', [textLiteral(expr.type.toUpperCase()), bindExpr(expr.format, env)], env);
    case 'match':
      throw notSupported('MATCH … AGAINST');
    case 'jsonValue':
      return bindJsonValue(expr, env);
    default:
      return assertNever(expr);
  }
}

const predicate: SqlType = { kind: 'bigint', unsigned: false, displayWidth: 1 };

/** An expression where MySQL wants true or false. */
export function bindCondition(expr: Expr, env: ExprEnv): BoundExpr {
  return asCondition(bindExpr(expr, env));
}

function scalarSubquery(ast: Query, env: ExprEnv): BoundExpr {
  const query = bindInner(ast, env);
  if (query.columns.length !== 1)
    throw new GatewayError('OPERAND_COLUMNS', 'Operand should contain 1 column(s)');
  return { kind: 'scalarSubquery', query, type: query.columns[0]!.type };
}

function userVariable(name: string, env: ExprEnv): BoundExpr {
  const key = `@${name.toLowerCase()}`;
  return {
    kind: 'context',
    name: key,
    type: env.context.facts.userVariable(name.toLowerCase()) ?? varchar(255),
  };
}

/** `@@x` without a scope is the session's value, or the global one of a variable that sessions have not. */
function systemVariable(scope: VariableScope | null, name: string, env: ExprEnv): BoundExpr {
  const type = env.context.facts.systemVariable(name.toLowerCase());
  if (type === undefined) {
    throw new GatewayError('UNKNOWN_SYSTEM_VARIABLE', `Unknown system variable '${name}'`);
  }
  const prefix = scope === null ? '@@' : scope === 'session' ? '@@session.' : '@@global.';
  const shown = 'collation' in type ? { ...type, collation: systemCollation } : type;
  return { kind: 'context', name: prefix + name.toLowerCase(), type: shown };
}

function bindUnary(expr: Extract<Expr, { kind: 'unary' }>, env: ExprEnv): BoundExpr {
  switch (expr.operator) {
    case 'NOT':
      return callOf(env.context, 'NOT', [bindCondition(expr.operand, env)]);
    case '+':
      return bindExpr(expr.operand, env);
    case '-':
      return bindCall('NEG', [negatable(bindExpr(expr.operand, env), env)], env);
    case '~':
      return bindCall('~', [bindExpr(expr.operand, env)], env);
    case 'BINARY': {
      const operand = bindExpr(expr.operand, env);
      const text =
        typeClass(operand.type) === 'string' || typeClass(operand.type) === 'binary'
          ? operand
          : asText(operand);
      return { kind: 'cast', arg: text, type: { kind: 'varbinary', length: 65_535 }, implicit: false };
    }
    default:
      return assertNever(expr.operator);
  }
}

const leastBigint = 9_223_372_036_854_775_808n;

/** What no BIGINT can hold once it is negated is a DECIMAL: -9223372036854775809, - -9223372036854775808. */
function negatable(operand: BoundExpr, env: ExprEnv): BoundExpr {
  const isNegation = operand.kind === 'call' && operand.name === 'NEG';
  const literal = isNegation ? operand.args[0]! : operand;
  if (literal.type.kind !== 'bigint' || !literal.type.unsigned) return operand;
  const value = env.context.valueOf(literal)?.value;
  if (typeof value !== 'bigint') return operand;
  const overflows = isNegation ? value === leastBigint : value > leastBigint;
  return overflows ? castTo(operand, decimal(20, 0)) : operand;
}

function bindBinary(expr: Extract<Expr, { kind: 'binary' }>, env: ExprEnv): BoundExpr {
  const { operator } = expr;
  switch (operator) {
    case '=':
    case '<=>':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return bindComparison(operator, expr.left, expr.right, env);
    case 'XOR':
      return callOf(env.context, 'XOR', [bindCondition(expr.left, env), bindCondition(expr.right, env)]);
    case '->':
    case '->>': {
      const extracted = bindCall('JSON_EXTRACT', [bindExpr(expr.left, env), bindExpr(expr.right, env)], env);
      return operator === '->' ? extracted : bindCall('JSON_UNQUOTE', [extracted], env);
    }
    default:
      return bindCall(operator, [bindExpr(expr.left, env), bindExpr(expr.right, env)], env);
  }
}

function bindLike(expr: Extract<Expr, { kind: 'like' }>, env: ExprEnv): BoundExpr {
  const noBackslash = env.context.facts.sqlMode.has('NO_BACKSLASH_ESCAPES');
  const escapeText =
    expr.escape === null ? textLiteral(noBackslash ? '' : '\\') : literalEscape(expr.escape, env);
  const operands = likeOperands(bindExpr(expr.operand, env), bindExpr(expr.pattern, env), escapeText);
  const call = bindCall('LIKE', operands, env);
  return negated(env.context, call, expr.negated);
}

function literalEscape(expr: Expr, env: ExprEnv): BoundExpr {
  const bound = bindExpr(expr, env);
  const known = env.context.valueOf(bound);
  if (known === undefined) return bound;
  if (typeof known.value !== 'string' || [...known.value].length > 1) {
    throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to ESCAPE');
  }
  return textLiteral(known.value);
}

function bindCase(expr: Extract<Expr, { kind: 'case' }>, env: ExprEnv): BoundExpr {
  const operand = expr.operand === null ? null : bindExpr(expr.operand, env);
  const whens = expr.whens.map((branch) => {
    const when = bindExpr(branch.when, env);
    const test =
      operand === null
        ? asCondition(when)
        : callOf(env.context, '=', byCollation(comparePair(env.context, operand, when), 'CASE'));
    return whenThen(test, bindExpr(branch.then, env));
  });
  const otherwise = expr.else === null ? null : bindExpr(expr.else, env);
  const values = [...whens.map((branch) => branch.then), ...(otherwise === null ? [] : [otherwise])];
  const typed = values.filter((value) => !env.context.isUntyped(value));
  const type = commonText(chosenType(typed.map((value) => value.type)), typed);
  return {
    kind: 'case',
    whens: whens.map((branch) =>
      whenThen(branch.when, castTo(env.context.inferred(branch.then, type), type)),
    ),
    else: otherwise === null ? null : castTo(env.context.inferred(otherwise, type), type),
    type,
  };
}

function convertCharset(operand: BoundExpr, charset: string): BoundExpr {
  const set = findCharacterSet(charset);
  if (set === undefined) throw new GatewayError('UNKNOWN_CHARSET', `Unknown character set: '${charset}'`);
  if (set.name === 'latin1' || set.name === 'ascii') throw notSupported(`CONVERT … USING ${set.name}`);
  const type: SqlType =
    set.name === 'binary' ? { kind: 'varbinary', length: 65_535 } : varchar(16_383, set.defaultCollation);
  return { kind: 'cast', arg: operand, type, implicit: false };
}

/** Errors 1273 and 1253. */
function collated(operand: BoundExpr, given: string, env: ExprEnv): BoundExpr {
  const collation = findCollation(given);
  if (collation === undefined) throw new GatewayError('UNKNOWN_COLLATION', `Unknown collation: '${given}'`);
  const connection = env.surroundings.collation;
  const text =
    typeClass(operand.type) === 'string' || typeClass(operand.type) === 'binary' ? operand : asText(operand);
  const isNothing = operand.type.kind === 'null';
  const own = text === operand && !isNothing ? text.type : { collation: connection };
  const set = 'collation' in own ? characterSetOf(own.collation) : 'binary';
  if (set !== collation.characterSet && !isNothing) {
    throw new GatewayError(
      'COLLATION_CHARSET_MISMATCH',
      `COLLATION '${collation.name}' is not valid for CHARACTER SET '${set}'`,
    );
  }
  if (!('collation' in text.type)) return text;
  // Also for the collation that it has: what is said explicitly decides a comparison.
  const type: SqlType = { ...text.type, collation: collation.name };
  return { kind: 'cast', arg: text, type, implicit: false, collate: true };
}
