/** SQL that can be replaced by smaller SQL, and numbers to choose by. */

/** A number in [0, below). */
export type Next = (below: number) => number;

/** A piece of SQL and the smaller forms that may stand in its place. */
export interface Piece {
  /** Literals that a parameter may replace stand between the two marks. */
  readonly sql: string;
  readonly smaller: readonly Piece[];
}

const begin = '⟦';
const end = '⟧';

export const leaf = (sql: string): Piece => ({ sql, smaller: [] });

/** A literal that a parameter may replace. */
export const marked = (literal: string): string => `${begin}${literal}${end}`;

/** Joins pieces with text around; it shrinks by shrinking a part, or to one of `instead`. */
export function build(
  parts: readonly Piece[],
  text: (sqls: readonly string[]) => string,
  instead: readonly Piece[] = [],
): Piece {
  return {
    sql: text(parts.map(({ sql }) => sql)),
    get smaller() {
      const inner = parts.flatMap((part, index) =>
        part.smaller.map((small) => build(parts.with(index, small), text, instead)),
      );
      return [...instead, ...inner];
    },
  };
}

/** A list of pieces with commas, which shrinks by leaving members out too. */
export function list(pieces: readonly Piece[], least = 1): Piece {
  return {
    sql: pieces.map(({ sql }) => sql).join(', '),
    get smaller() {
      const fewer =
        pieces.length > least ? pieces.map((_, index) => list(pieces.toSpliced(index, 1), least)) : [];
      const inner = pieces.flatMap((part, index) =>
        part.smaller.map((small) => list(pieces.with(index, small), least)),
      );
      return [...fewer, ...inner];
    },
  };
}

export const pick = <T>(values: readonly T[], next: Next): T => values[next(values.length)]!;

/** The statement with its literals in their places. */
export const textOf = (piece: Piece): string => piece.sql.replaceAll(begin, '').replaceAll(end, '');

export type Parameter = string | number;

/** The statement with some of its literals as `?`. */
export function preparedOf(piece: Piece, next: Next): { readonly sql: string; readonly values: Parameter[] } {
  const values: Parameter[] = [];
  const sql = piece.sql.replace(/⟦([^⟧]*)⟧/g, (_, literal: string) => {
    if (next(2) === 0) return literal;
    values.push(literal.startsWith("'") ? literal.slice(1, -1) : Number(literal));
    return '?';
  });
  return { sql, values };
}
