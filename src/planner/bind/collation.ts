/**
 * Which collation a comparison is by, and operands as keys of it: after this, everything compares by bytes.
 */
import { GatewayError } from '../../base/errors.ts';
import { comparesByBytes } from '../../types/collation.ts';
import { defaultCollation, longtext, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { BoundExpr, BoundQuery } from '../bound.ts';
import { mapColumns } from '../cast-query.ts';
import {
  agreement,
  type Derivation,
  derivationOf,
  derivationOfColumn,
  derivationText,
  followedArguments,
  isJsonText,
  jsonTextCollation,
} from './coercibility.ts';
import { textLiteral } from './context.ts';

const isText = ({ type }: { readonly type: SqlType }): boolean =>
  typeClass(type) === 'string' && 'collation' in type;
const collationOf = (type: SqlType): string => ('collation' in type ? type.collation : defaultCollation);

function illegalMix(derivations: readonly Derivation[], operation: string): GatewayError {
  const shown = derivations.slice(0, 3).map(derivationText);
  const name = operation.toLowerCase();
  if (derivations.length > 3) {
    return new GatewayError(
      'ILLEGAL_COLLATION_MIX_MANY',
      `Illegal mix of collations for operation '${name}'`,
    );
  }
  return derivations.length === 3
    ? new GatewayError(
        'ILLEGAL_COLLATION_MIX_THREE',
        `Illegal mix of collations ${shown.join(', ')} for operation '${name}'`,
      )
    : new GatewayError(
        'ILLEGAL_COLLATION_MIX',
        `Illegal mix of collations ${shown.join(' and ')} for operation '${name}'`,
      );
}

/** The collation that these are compared by. Errors 1267, 1270 and 1271 when they agree on none. */
function agreed(derivations: readonly Derivation[], operation: string): string {
  const found = agreement(derivations);
  if ('conflict' in found) throw illegalMix(derivations, operation);
  // What came of a mix can be compared by nothing but a COLLATE clause.
  if (found.strength === 1) throw illegalMix(derivations, operation);
  return found.collation;
}

function keyCall(name: string, arg: BoundExpr, collation: string): BoundExpr {
  return { kind: 'call', name, args: [arg, textLiteral(collation)], type: longtext, nullable: true };
}

/** The same text in the type that compares by bytes. */
function asBytes(expr: BoundExpr): BoundExpr {
  if (comparesByBytes(collationOf(expr.type))) return expr;
  if (expr.kind === 'literal' || expr.kind === 'parameter') {
    return { ...expr, type: { ...expr.type, collation: defaultCollation } as SqlType };
  }
  return { kind: 'cast', arg: expr, type: longtext, implicit: true };
}

/** The expression as what bytes compare as `collation` compares it. */
export function keyed(expr: BoundExpr, collation: string): BoundExpr {
  if (!isText(expr)) return expr;
  if (comparesByBytes(collation)) return asBytes(expr);
  // A COLLATE clause has said what it had to.
  const text = expr.kind === 'cast' && expr.collate === true ? expr.arg : expr;
  return keyCall('COLLATION_KEY', text, collation);
}

const needsKeys = (exprs: readonly BoundExpr[]): boolean =>
  exprs.some((expr) => isText(expr) && !comparesByBytes(collationOf(expr.type)));

const isBinary = ({ type }: BoundExpr): boolean => typeClass(type) === 'binary';

/** The collation of a comparison of these; undefined where bytes decide and nothing has to be done. */
function decided(exprs: readonly BoundExpr[], operation: string): string | undefined {
  if (!needsKeys(exprs)) return undefined;
  if (exprs.some(isBinary)) return defaultCollation;
  return agreed(exprs.filter(isText).map(derivationOf), operation);
}

/** Operands of a comparison as keys of the collation that they agree on. */
export function byCollation(exprs: readonly BoundExpr[], operation: string): BoundExpr[] {
  const collation = decided(exprs, operation);
  return collation === undefined ? [...exprs] : exprs.map((expr) => keyed(expr, collation));
}

/** The collation that a search within texts is by: INSTR, FIND_IN_SET, LIKE, REGEXP. */
export const searchCollation = (exprs: readonly BoundExpr[], operation: string): string =>
  decided(exprs, operation) ?? defaultCollation;

/** Searched texts as they are where bytes decide. */
export const searched = (exprs: readonly BoundExpr[]): BoundExpr[] =>
  exprs.map((expr) => (isText(expr) ? asBytes(expr) : expr));

/** `text LIKE pattern ESCAPE escaping` with all three made for the collation that decides. */
export function likeOperands(text: BoundExpr, pattern: BoundExpr, escaping: BoundExpr): BoundExpr[] {
  const collation = searchCollation([text, pattern], 'LIKE');
  // Each character stands for itself there, and LIKE pads nothing.
  if (collation.endsWith('_bin')) return [...searched([text, pattern]), escaping];
  const folded: BoundExpr = {
    kind: 'call',
    name: 'COLLATION_PATTERN',
    args: [pattern, escaping, textLiteral(collation)],
    type: longtext,
    nullable: true,
  };
  return [keyCall('COLLATION_FOLD', text, collation), folded, textLiteral('')];
}

/** What a text is sorted or grouped by; ENUM and SET have numbers for that. */
export function sortedBy(expr: BoundExpr): BoundExpr {
  if (expr.type.kind === 'enum' || expr.type.kind === 'set' || !needsKeys([expr])) return expr;
  return keyed(expr, collationOf(expr.type));
}

/** Needles and the columns of a query that they are compared with, both as keys. */
export function byCollationOfQuery(
  needles: readonly BoundExpr[],
  query: BoundQuery,
  operation: string,
): { readonly needles: readonly BoundExpr[]; readonly query: BoundQuery } {
  const collations = needles.map((needle, index) => {
    const column = query.columns[index]!;
    const sides = [needle.type, column.type];
    if (!sides.every((type) => typeClass(type) === 'string' && 'collation' in type)) return undefined;
    if (sides.every((type) => comparesByBytes(collationOf(type)))) return undefined;
    return agreed([derivationOf(needle), derivationOfColumn(query, index)], operation);
  });
  if (collations.every((collation) => collation === undefined)) return { needles, query };
  const of = (expr: BoundExpr, index: number): BoundExpr =>
    collations[index] === undefined ? expr : keyed(expr, collations[index]);
  return { needles: needles.map(of), query: mapColumns(query, of) };
}

const withCollation = (type: SqlType, collation: string): SqlType =>
  isText({ type }) && collation !== 'binary' ? ({ ...type, collation } as SqlType) : type;

/** The type of CASE, IF and their like: its text in the collation that the values agree on. */
export function commonText(type: SqlType, values: readonly BoundExpr[]): SqlType {
  return isText({ type }) ? commonOf(type, values.map(derivationOf)) : type;
}

function commonOf(type: SqlType, derivations: readonly Derivation[]): SqlType {
  const found = agreement(derivations);
  return withCollation(type, 'conflict' in found ? 'utf8mb4_bin' : found.collation);
}

/** The types of a set operation's columns. Error 1271 where both sides' collations decide. */
export function setOperationText(
  types: readonly SqlType[],
  sides: readonly BoundQuery[],
  operation: string,
): SqlType[] {
  return types.map((type, index) => {
    if (!isText({ type })) return type;
    const derivations = sides.map((side) => derivationOfColumn(side, index));
    const found = agreement(derivations);
    if ('conflict' in found) {
      throw new GatewayError(
        'ILLEGAL_COLLATION_MIX_MANY',
        `Illegal mix of collations for operation '${operation.toUpperCase()}'`,
      );
    }
    return withCollation(type, found.collation);
  });
}

/** The type of a call's text: the collation of its arguments, JSON's, or the connection's. */
export function textOfCall(
  name: string,
  args: readonly BoundExpr[],
  type: SqlType,
  connection: string,
): SqlType {
  if (!isText({ type })) return type;
  if (isJsonText(name)) return withCollation(type, jsonTextCollation);
  const followed = followedArguments(name, args);
  if (followed === undefined) return withCollation(type, connection);
  return followed.some(isText) ? commonText(type, followed) : withCollation(type, connection);
}
