/** FROM clauses: tables, derived tables and common tables in joins of every kind. */
import { condition, type Scope, type ScopeColumn } from './expression.ts';
import { build, leaf, type Next, type Piece, pick } from './piece.ts';
import type { Kind, TableDef } from './tables.ts';

/** Something that FROM may name, with its columns. */
export interface Relation {
  /** `r1`, or a query in parentheses; an alias follows. */
  readonly piece: Piece;
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
  /** Whose values together are unique; absent where none are. */
  readonly unique: readonly string[] | undefined;
}

export const relationOf = (table: TableDef): Relation => ({
  piece: leaf(table.name),
  columns: table.columns,
  unique: ['id'],
});

export interface From {
  readonly piece: Piece;
  readonly columns: readonly ScopeColumn[];
  /** Columns that make the order of all rows certain; undefined where there are none. */
  readonly total: readonly string[] | undefined;
}

const joinWords = [
  'JOIN',
  'INNER JOIN',
  'LEFT JOIN',
  'LEFT JOIN',
  'RIGHT JOIN',
  'STRAIGHT_JOIN',
  'CROSS JOIN',
];

const qualified = (alias: string, { columns }: Relation): ScopeColumn[] =>
  columns.map(({ name, kind }) => ({ sql: `${alias}.${name}`, kind }));

/** An equality of two columns of one kind, one on either side. */
function link(left: readonly ScopeColumn[], right: readonly ScopeColumn[], next: Next): Piece {
  const pairs = left.flatMap((a) =>
    right.filter((b) => a.kind === b.kind && a.kind !== 'json').map((b) => `${a.sql} = ${b.sql}`),
  );
  return leaf(pairs.length === 0 ? '1 = 1' : pick(pairs, next));
}

/** The names of the same type on both sides, for USING. */
function shared(left: Relation, right: Relation): string[] {
  const names = new Set(right.columns.map(({ name }) => name));
  return left.columns
    .map(({ name }) => name)
    .filter((name) => names.has(name) && !/^(?:j|fl|c\d)$/.test(name));
}

/** `r1 t0 LEFT JOIN r2 t1 ON …` of one to three relations; conditions may hold what `scope` makes. */
export function joined(relations: readonly Relation[], first: number, scope: Scope): From {
  const { next } = scope;
  const aliases = relations.map((_, index) => `t${first + index}`);
  const [left, right] = relations;
  if (relations.length === 2 && next(6) === 0) {
    const names = shared(left!, right!);
    if (names.length > 0) return using(left!, right!, aliases, pick(names, next), next);
  }
  let columns: ScopeColumn[] = [];
  const parts: Piece[] = [];
  for (const [index, relation] of relations.entries()) {
    const alias = aliases[index]!;
    const own = qualified(alias, relation);
    const table = build([relation.piece], ([sql]) => `${sql} ${alias}`);
    if (index === 0) parts.push(table);
    else {
      const word = pick(joinWords, next);
      if (word === 'CROSS JOIN') parts.push(build([table], ([sql]) => `${word} ${sql}`));
      else {
        const both = [...columns, ...own];
        const on = [link(columns, own, next)];
        if (next(3) === 0) on.push(condition(1, { ...scope, columns: both }));
        parts.push(
          build(
            [table, ...on],
            ([sql, link_, also]) =>
              `${word} ${sql} ON ${also === undefined ? link_ : `${link_} AND (${also})`}`,
          ),
        );
      }
    }
    columns = [...columns, ...own];
  }
  const total = relations.every(({ unique }) => unique !== undefined)
    ? relations.flatMap(({ unique }, index) => unique!.map((name) => `${aliases[index]}.${name}`))
    : undefined;
  return { piece: build(parts, (sqls) => sqls.join(' ')), columns, total };
}

/** `a [LEFT|RIGHT] JOIN b USING (x)`: the merged column is a bare name. */
function using(left: Relation, right: Relation, aliases: readonly string[], name: string, next: Next): From {
  const word = pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'INNER JOIN'], next);
  const kind = left.columns.find((each) => each.name === name)!.kind;
  const others = [left, right].flatMap((relation, index) =>
    qualified(aliases[index]!, relation).filter(({ sql }) => !sql.endsWith(`.${name}`)),
  );
  return {
    piece: build(
      [left.piece, right.piece],
      ([a, b]) => `${a} ${aliases[0]} ${word} ${b} ${aliases[1]} USING (${name})`,
    ),
    columns: [{ sql: name, kind }, { sql: name, kind }, ...others],
    total:
      left.unique === undefined || right.unique === undefined
        ? undefined
        : [
            ...left.unique.map((each) => `${aliases[0]}.${each}`),
            ...right.unique.map((each) => `${aliases[1]}.${each}`),
          ],
  };
}
