/**
 * Which collation a comparison is by, and operands as keys of it: after this, everything compares by bytes. MySQL
 * 8.0 manual, "Collation Coercibility in Expressions".
 */
import { GatewayError } from '../../base/errors.ts';
import { isBinary, isGeneral } from '../../types/collation.ts';
import { defaultCollation, longtext, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { BoundExpr } from '../bound.ts';
import { isConstant, some } from '../expr-tools.ts';

const strengths = ['EXPLICIT', 'IMPLICIT', 'COERCIBLE'] as const;

/** A COLLATE clause: a cast from text to the same text of a collation. */
const isCollate = (expr: BoundExpr): boolean =>
  expr.kind === 'cast' && !expr.implicit && 'collation' in expr.type && 'collation' in expr.arg.type;

function strengthOf(expr: BoundExpr): number {
  if (some(expr, isCollate)) return 0;
  return isConstant(expr) ? 2 : 1;
}

const isText = (expr: BoundExpr): boolean => typeClass(expr.type) === 'string' && 'collation' in expr.type;
const collationOf = (type: SqlType): string => ('collation' in type ? type.collation : defaultCollation);

/** The collation that these texts are compared by. Error 1267 when they agree on none. */
function agreed(exprs: readonly BoundExpr[], operation: string): string {
  const texts = exprs.map((expr) => ({ strength: strengthOf(expr), collation: collationOf(expr.type) }));
  const strongest = Math.min(...texts.map(({ strength }) => strength));
  const names = [
    ...new Set(texts.filter(({ strength }) => strength === strongest).map(({ collation }) => collation)),
  ];
  if (names.length === 1) return names[0]!;
  const binary = strongest === 0 ? undefined : names.find(isBinary);
  if (binary !== undefined) return binary;
  const shown = names.slice(0, 2).map((name) => `(${name},${strengths[strongest]})`);
  throw new GatewayError(
    'ILLEGAL_COLLATION_MIX',
    `Illegal mix of collations ${shown.join(' and ')} for operation '${operation.toLowerCase()}'`,
  );
}

const keyCall = (name: 'COLLATION_KEY' | 'COLLATION_FOLD', arg: BoundExpr): BoundExpr => ({
  kind: 'call',
  name,
  args: [arg],
  type: longtext,
  nullable: true,
});

/** The expression as what bytes compare as `collation` compares it. */
function keyed(expr: BoundExpr, collation: string, name: 'COLLATION_KEY' | 'COLLATION_FOLD'): BoundExpr {
  if (!isText(expr)) return expr;
  if (isGeneral(collation)) return keyCall(name, expr);
  if (!isBinary(collation) || isBinary(collationOf(expr.type))) return expr;
  return {
    kind: 'cast',
    arg: expr,
    type: { kind: 'longtext', collation: defaultCollation },
    implicit: true,
  };
}

const needsKeys = (exprs: readonly BoundExpr[]): boolean =>
  exprs.some((expr) => isText(expr) && !isBinary(collationOf(expr.type)));

/** Operands of a comparison, or of LIKE (`pattern`), by the collation that they agree on. */
export function byCollation(exprs: readonly BoundExpr[], operation: string, pattern = false): BoundExpr[] {
  if (!needsKeys(exprs)) return [...exprs];
  const texts = exprs.filter(isText);
  const isBytes = exprs.some((expr) => typeClass(expr.type) === 'binary');
  const collation = isBytes ? defaultCollation : agreed(texts, operation);
  return exprs.map((expr) => keyed(expr, collation, pattern ? 'COLLATION_FOLD' : 'COLLATION_KEY'));
}

/** What a text is sorted or grouped by; ENUM and SET have numbers for that. */
export function sortedBy(expr: BoundExpr): BoundExpr {
  if (expr.type.kind === 'enum' || expr.type.kind === 'set' || !needsKeys([expr])) return expr;
  return keyed(expr, collationOf(expr.type), 'COLLATION_KEY');
}

/** The text that a key stands for in GROUP BY; undefined for what is no key. */
export const keyedText = (expr: BoundExpr): BoundExpr | undefined =>
  expr.kind === 'call' && expr.name === 'COLLATION_KEY' ? expr.args[0] : undefined;
