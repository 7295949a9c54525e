/** What the argument rules of the function catalogue do to arguments (grammar/functions/README.md). */
import { assertNever } from '../../base/assert.ts';
import { type ArgumentRule, argumentRule, type FunctionDef } from '../../sql/generated/functions.ts';
import { bigint, double, json, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { BoundExpr } from '../bound.ts';
import { castTo, isConstant } from '../expr-tools.ts';
import { withHiddenDigits } from '../hidden-digits.ts';
import { numericClass } from '../result-type/arithmetic.ts';
import { chosenType, comparisonType, numberOfTemporal } from '../result-type/common.ts';
import { characterLength, textOfLength } from '../result-type/text.ts';
import { commonText } from './collation.ts';
import { type BindContext, integerLiteral } from './context.ts';

const forcedCast = (expr: BoundExpr, type: SqlType, implicit = true): BoundExpr => ({
  kind: 'cast',
  arg: expr,
  type,
  implicit,
});

/** Text of a value, for functions of text. */
export function asText(expr: BoundExpr): BoundExpr {
  return forcedCast(expr, textOfLength(characterLength(expr.type)));
}

/** A hex or bit literal as the number of its bits; any other expression as it is. */
export function bitsAsNumber(expr: BoundExpr): BoundExpr {
  if (expr.kind !== 'parameter' && expr.kind !== 'literal') return expr;
  if (expr.type.kind !== 'varbinary' || expr.type.bits !== true) return expr;
  return forcedCast(forcedCast(expr, { kind: 'bit', length: 64 }), bigint(true));
}

const isNumber = (type: SqlType): boolean => /^(integer|decimal|real|bit)$/.test(typeClass(type));

/** A value in arithmetic: text becomes a double, a temporal value its digits. */
export function asNumber(given: BoundExpr): BoundExpr {
  const expr = bitsAsNumber(given);
  const { type } = expr;
  switch (typeClass(type)) {
    case 'integer':
      return type.kind === 'year' ? forcedCast(expr, bigint(true)) : expr;
    case 'decimal':
    case 'null':
      return expr;
    case 'real':
      return castTo(expr, double);
    case 'bit':
      return forcedCast(expr, bigint(true));
    case 'temporal':
      return forcedCast(expr, numberOfTemporal(type));
    case 'string':
    case 'binary':
    case 'json':
      return forcedCast(expr, double);
  }
}

/** A value as a condition: a number that is compared with 0. */
export const asCondition = asNumber;

function asTemporal(expr: BoundExpr, kind: 'date' | 'datetime' | 'time'): BoundExpr {
  const { type } = expr;
  if (type.kind === 'null' || type.kind === kind) return expr;
  if (kind === 'date') return forcedCast(expr, { kind: 'date' });
  const fsp = type.kind === 'date' ? 0 : 'fsp' in type ? type.fsp : typeClass(type) === 'integer' ? 0 : 6;
  return forcedCast(expr, { kind, fsp });
}

const numberRules: ReadonlySet<ArgumentRule> = new Set([
  'number',
  'boolean',
  'integer',
  'unsigned',
  'double',
]);

function convert(given: BoundExpr, rule: ArgumentRule): BoundExpr {
  const expr = numberRules.has(rule) ? bitsAsNumber(given) : given;
  const { type } = expr;
  if (type.kind === 'null') return expr;
  const name = typeClass(type);
  switch (rule) {
    case 'any':
    case 'same':
    case 'compare':
    case 'jsonvalue':
    case 'word':
      return expr;
    case 'string':
      return name === 'string' || name === 'binary' || name === 'json' ? expr : asText(expr);
    case 'text':
      return name === 'string' ? expr : asText(expr);
    case 'bytes':
      return name === 'string' || name === 'binary' ? expr : asText(expr);
    case 'path':
      return name === 'string' ? expr : asText(expr);
    case 'number':
      return asNumber(expr);
    case 'boolean':
      return asCondition(expr);
    case 'integer':
      if (type.kind === 'bigint') return expr;
      return forcedCast(expr, bigint());
    case 'unsigned':
      // Fractions become signed integers first: the bits of -2.5 are those of -3.
      if (name === 'decimal' || name === 'real') return forcedCast(forcedCast(expr, bigint()), bigint(true));
      return type.kind === 'bigint' && type.unsigned ? expr : forcedCast(expr, bigint(true));
    case 'double':
      return castTo(expr, double);
    case 'date':
    case 'datetime':
    case 'time':
      return asTemporal(expr, rule);
    case 'temporal':
      return name === 'temporal' ? expr : asTemporal(expr, 'datetime');
    case 'addend':
      return name === 'temporal' || name === 'string' ? expr : asTemporal(expr, 'datetime');
    case 'json':
      // A text is read by the call itself, whose name an error in it has.
      return name === 'json' || name === 'string' ? expr : forcedCast(expr, json, false);
    default:
      return assertNever(rule);
  }
}

/** Results whose digits of seconds are those of the argument. */
const followsFraction = /^(datetime|datetime6|time|time6|unixtime)$/;

/**
 * A literal text where the result's type follows its fraction: cast to the temporal type that it spells, its
 * value becoming part of the plan's key.
 */
function spelledTemporal(context: BindContext, expr: BoundExpr, rule: ArgumentRule): BoundExpr {
  if (typeClass(expr.type) !== 'string' || context.isUntyped(expr)) return expr;
  if (rule !== 'datetime' && rule !== 'time' && rule !== 'temporal') return expr;
  const text = context.valueOf(expr)?.value;
  if (typeof text !== 'string') return expr;
  // What spells no time at all has the digits of any text.
  const fsp = /^\s*-?\d/.test(text) ? Math.min(6, /\.(\d+)\s*$/.exec(text)?.[1]?.length ?? 0) : 6;
  const isClock = rule === 'time' || (rule === 'temporal' && /^\s*-?\d{1,3}:/.test(text));
  return forcedCast(expr, { kind: isClock ? 'time' : 'datetime', fsp });
}

/** The type that an untyped `?` takes as an argument of a rule. */
function placeholderType(rule: ArgumentRule): SqlType | undefined {
  switch (rule) {
    case 'number':
    case 'double':
      return double;
    case 'boolean':
    case 'integer':
      return bigint();
    case 'unsigned':
      return bigint(true);
    case 'date':
    case 'datetime':
    case 'temporal':
      return { kind: 'datetime', fsp: 6 };
    case 'time':
      return { kind: 'time', fsp: 6 };
    default:
      return undefined;
  }
}

/** What a YEAR column is compared with: a constant of one or two digits is a year of 1970 to 2069. */
export function besideYear(context: BindContext, expr: BoundExpr, other: BoundExpr): BoundExpr {
  if (other.kind !== 'column' || other.type.kind !== 'year' || context.isUntyped(expr)) return expr;
  const value = context.valueOf(expr)?.value;
  // A driver may send the number as a double.
  if (typeof value !== 'bigint' && typeof value !== 'string' && typeof value !== 'number') return expr;
  if (!/^\d{1,2}$/.test(String(value)) || (value !== '00' && value !== '0' && Number(value) === 0))
    return expr;
  const digits = Number(value);
  return integerLiteral(digits + (digits < 70 ? 2000 : 1900));
}

/** Casts both sides of a comparison to the type that MySQL compares them in. */
export function comparePair(context: BindContext, left: BoundExpr, right: BoundExpr): [BoundExpr, BoundExpr] {
  const inferredLeft = context.inferred(left, right.type);
  const inferredRight = context.inferred(right, inferredLeft.type);
  const a = besideYear(context, inferredLeft, inferredRight);
  const b = besideYear(context, inferredRight, inferredLeft);
  const type = comparisonType(
    { type: a.type, constant: isConstant(a) },
    { type: b.type, constant: isConstant(b) },
  );
  return [forComparison(a, type), forComparison(b, type)];
}

/** Integers of any width compare as they are; other classes are brought to the comparison's type. */
export function forComparison(given: BoundExpr, type: SqlType): BoundExpr {
  const expr = isNumber(type) ? bitsAsNumber(given) : given;
  const [from, to] = [typeClass(expr.type), typeClass(type)];
  if (from === 'null' || to === 'null') return expr;
  if (from === to && from !== 'temporal') return expr;
  if (from === 'string' && to === 'binary') return expr;
  if (from === 'temporal' && to === 'temporal' && expr.type.kind === type.kind) return expr;
  if (from === 'bit' && to === 'integer') return forcedCast(expr, bigint(true));
  if (from === 'temporal' && to !== 'temporal') {
    const number = asNumber(expr);
    return to === typeClass(number.type) || to === 'integer' ? number : castTo(number, type);
  }
  return castTo(
    expr,
    to === 'decimal' && numericClass(expr.type) === 'integer' ? integerAsDecimal(expr.type) : type,
  );
}

const integerAsDecimal = (type: SqlType): SqlType => ({
  kind: 'decimal',
  precision: type.kind === 'bigint' ? 20 : 10,
  scale: 0,
});

/** What a statement gives a column of the type: a `?` takes it, a hex literal is a number for a number's. */
export function assignedTo(context: BindContext, expr: BoundExpr, type: SqlType): BoundExpr {
  const typed = context.inferred(expr, type);
  if (!/^(integer|decimal|real)$/.test(typeClass(type))) return typed;
  // A quotient is stored with the digits that it would not show.
  return withHiddenDigits(bitsAsNumber(typed));
}

/** The type of the arguments of rule `compare` of functions with several. */
function commonComparison(args: readonly BoundExpr[]): SqlType {
  return args
    .map((arg) => ({ type: arg.type, constant: isConstant(arg) }))
    .reduce((a, b) => ({ type: comparisonType(a, b), constant: a.constant && b.constant })).type;
}

/** Arguments converted by their rules, those that share a type by the type that they share. */
export function convertArguments(
  context: BindContext,
  definition: FunctionDef,
  given: readonly BoundExpr[],
): BoundExpr[] {
  const rules = given.map((_arg, index) => argumentRule(definition, index) ?? 'any');
  const typed = inferAmong(context, given, rules);
  const spelled = followsFraction.test(definition.result)
    ? typed.map((arg, index) => spelledTemporal(context, arg, rules[index]!))
    : typed;
  const args = spelled.map((arg, index) => convert(arg, rules[index]!));
  const withRule = (rule: ArgumentRule): BoundExpr[] => args.filter((_arg, index) => rules[index] === rule);
  const [same, compared] = [withRule('same'), withRule('compare')];
  if (same.length > 0) {
    const type = commonText(chosenType(same.map((arg) => arg.type)), same);
    for (const [index, arg] of args.entries()) if (rules[index] === 'same') args[index] = castTo(arg, type);
  }
  if (compared.length > 1) {
    const type = commonComparison(compared);
    for (const [index, arg] of args.entries())
      if (rules[index] === 'compare') args[index] = forComparison(arg, type);
  }
  return args;
}

/** Types each `?` by its rule, or by the first typed argument that shares the rule. */
function inferAmong(
  context: BindContext,
  args: readonly BoundExpr[],
  rules: readonly ArgumentRule[],
): BoundExpr[] {
  return args.map((arg, index) => {
    if (!context.isUntyped(arg)) return arg;
    const rule = rules[index]!;
    const byRule = placeholderType(rule);
    if (byRule !== undefined) return context.inferred(arg, byRule);
    if (rule !== 'same' && rule !== 'compare') return arg;
    const other = args.find(
      (each, at) => rules[at] === rule && !context.isUntyped(each) && each.type.kind !== 'null',
    );
    return other === undefined ? arg : context.inferred(arg, other.type);
  });
}
