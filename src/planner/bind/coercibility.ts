/**
 * Which collation texts of several agree on, and how strongly an expression holds to its own. MySQL 8.0 manual,
 * "Collation Coercibility in Expressions".
 */
import { isBinaryCollation, widthOfSet } from '../../types/collation.ts';
import { defaultCollation, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { BoundExpr, BoundQuery } from '../bound.ts';

/** MySQL's numbers: the less, the stronger. */
export const strength = {
  explicit: 0,
  none: 1,
  implicit: 2,
  system: 3,
  literal: 4,
  numeric: 5,
  nothing: 6,
} as const;

const strengthNames = ['EXPLICIT', 'NONE', 'IMPLICIT', 'SYSCONST', 'COERCIBLE', 'NUMERIC', 'IGNORABLE'];

export interface Derivation {
  readonly collation: string;
  readonly strength: number;
}

export const derivationText = ({ collation, strength: level }: Derivation): string =>
  `(${collation},${strengthNames[level]})`;

/** Calls whose text has the collation that those of their arguments agree on. */
const followers = new Set(
  (
    'CONCAT CONCAT_WS REPLACE INSERT LPAD RPAD TRIM TRIM_BOTH TRIM_LEADING TRIM_TRAILING LTRIM RTRIM LOWER UPPER LEFT ' +
    'RIGHT SUBSTRING SUBSTRING_INDEX REVERSE REPEAT ELT MAKE_SET EXPORT_SET QUOTE SOUNDEX IF IFNULL COALESCE NULLIF ' +
    'GREATEST LEAST REGEXP_REPLACE REGEXP_SUBSTR'
  ).split(' '),
);

/** Arguments of those that give no text to the result. */
const firstText: Readonly<Record<string, number>> = { IF: 1, ELT: 1, MAKE_SET: 1 };

/** The arguments whose collations decide a call's; undefined for a call that has the connection's. */
export function followedArguments(
  name: string,
  args: readonly BoundExpr[],
): readonly BoundExpr[] | undefined {
  if (!followers.has(name)) return undefined;
  return name === 'NULLIF' ? args.slice(0, 1) : args.slice(firstText[name] ?? 0);
}

/** Of texts that the server gives of itself: names, versions, system variables. */
export const systemCollation = 'utf8mb3_general_ci';

/** Texts that JSON gives. */
const ofJson = /^JSON_(UNQUOTE|VALUE)$/;
export const jsonTextCollation = 'utf8mb4_bin';
export const isJsonText = (name: string): boolean => ofJson.test(name);

const isText = (type: SqlType): boolean => typeClass(type) === 'string' && 'collation' in type;

const own = (type: SqlType, level: number): Derivation => ({
  collation: 'collation' in type ? type.collation : defaultCollation,
  strength: level,
});

const binaryCollation = 'binary';

function plain(type: SqlType, level: number): Derivation {
  if (type.kind === 'null') return own(type, strength.nothing);
  if (typeClass(type) === 'binary') return { collation: binaryCollation, strength: level };
  return isText(type) ? own(type, level) : own(type, strength.numeric);
}

/** An output column of a query. */
export function derivationOfColumn(query: BoundQuery, index: number): Derivation {
  const { body } = query;
  const { type } = query.columns[index]!;
  if (body.kind !== 'select') return plain(type, strength.implicit);
  const found = derivationOf(body.items[index]!);
  // What the query converted the column to is what others see of it.
  return isText(type) ? { ...found, collation: own(type, 0).collation } : found;
}

function derivationOfCast(expr: Extract<BoundExpr, { kind: 'cast' }>): Derivation {
  if (!isText(expr.type)) return plain(expr.type, strength.implicit);
  if (expr.collate === true) return own(expr.type, strength.explicit);
  if (!expr.implicit) return own(expr.type, strength.implicit);
  return isText(expr.arg.type) ? derivationOf(expr.arg) : own(expr.type, strength.numeric);
}

export function derivationOf(expr: BoundExpr): Derivation {
  switch (expr.kind) {
    case 'literal':
    case 'parameter':
      return plain(expr.type, strength.literal);
    case 'column':
      return plain(expr.type, strength.implicit);
    case 'context':
      return plain(expr.type, /^@[^@]/.test(expr.name) ? strength.implicit : strength.system);
    case 'cast':
      return derivationOfCast(expr);
    case 'call':
      return derivationOfCall(expr);
    case 'case': {
      const values = [...expr.whens.map((branch) => branch.then), ...(expr.else === null ? [] : [expr.else])];
      return isText(expr.type) ? aggregated(values, expr.type) : plain(expr.type, strength.numeric);
    }
    case 'aggregate':
    case 'window':
      return isText(expr.type) && expr.args.length > 0
        ? aggregated(expr.args, expr.type)
        : plain(expr.type, strength.literal);
    case 'scalarSubquery':
      return derivationOfColumn(expr.query, 0);
    default:
      return plain(expr.type, strength.numeric);
  }
}

function derivationOfCall(expr: Extract<BoundExpr, { kind: 'call' }>): Derivation {
  if (!isText(expr.type)) return plain(expr.type, strength.literal);
  if (isJsonText(expr.name)) return own(expr.type, strength.implicit);
  const followed = followedArguments(expr.name, expr.args);
  return followed === undefined ? own(expr.type, strength.literal) : aggregated(followed, expr.type);
}

/** Of several, as one text of the type: never weaker than a literal, whatever it is made of. */
function aggregated(exprs: readonly BoundExpr[], type: SqlType): Derivation {
  const found = agreement(exprs.map(derivationOf));
  const level = 'conflict' in found ? strength.none : found.strength;
  return { collation: own(type, 0).collation, strength: Math.min(level, strength.literal) };
}

interface Conflict {
  /** The two that do not agree. */
  readonly conflict: readonly [Derivation, Derivation];
}

function agreeing(a: Derivation, b: Derivation): Derivation | Conflict {
  const [strong, weak] = b.strength < a.strength ? [b, a] : [a, b];
  if (a.collation === b.collation || weak.strength >= strength.numeric) return strong;
  const [width, other] = [widthOfSet(strong.collation), widthOfSet(weak.collation)];
  if (strong.collation === binaryCollation || weak.collation === binaryCollation) {
    return strong.collation === binaryCollation || strong.strength === weak.strength
      ? { collation: binaryCollation, strength: strong.strength }
      : weak;
  }
  if (width !== other) {
    if (strong.strength === weak.strength) return width < other ? strong : weak;
    return width < other || weak.strength >= strength.system ? strong : { conflict: [a, b] };
  }
  if (strong.strength < weak.strength) return strong;
  if (strong.strength === strength.explicit) return { conflict: [a, b] };
  if (isBinaryCollation(a.collation)) return a;
  return isBinaryCollation(b.collation) ? b : { conflict: [a, b] };
}

/** What all agree on, or two that do not. */
export function agreement(derivations: readonly Derivation[]): Derivation | Conflict {
  let found: Derivation = derivations[0] ?? { collation: defaultCollation, strength: strength.nothing };
  let conflict: Conflict | undefined;
  for (const each of derivations.slice(1)) {
    const next = agreeing(found, each);
    if (!('conflict' in next)) found = next;
    else if (each.strength === strength.explicit || found.strength === strength.explicit) return next;
    else conflict ??= next;
  }
  // A COLLATE clause settles what its neighbours do not agree on.
  return conflict === undefined || found.strength === strength.explicit ? found : conflict;
}
