/** Random queries of every form over the tables of a seed. */
import { aggregates, windows } from './calls.ts';
import {
  anyKind,
  column,
  condition,
  expression,
  literal,
  type Scope,
  type ScopeColumn,
} from './expression.ts';
import { type From, joined, type Relation, relationOf } from './from.ts';
import { build, leaf, list, marked, type Next, type Piece, pick } from './piece.ts';
import type { Kind, TableDef } from './tables.ts';

export interface RandomQuery {
  readonly piece: Piece;
  /** Whether ORDER BY makes the order of all rows certain. */
  readonly ordered: boolean;
}

interface Context {
  readonly tables: readonly TableDef[];
  readonly next: Next;
}

/** A query with the kinds of its columns. */
interface Select {
  readonly piece: Piece;
  readonly kinds: readonly Kind[];
}

let aliases = 0;

/** Without subqueries. */
const bare = ({ columns, next }: Scope): Scope => ({ columns, next });

/** A subquery in an expression: one value of the kind, of outer columns too where it is correlated. */
function scalarSubquery(context: Context, kind: Kind, outer: Scope): Piece {
  const { next } = context;
  const table = pick(context.tables, next);
  const alias = `q${aliases++}`;
  const own = table.columns.map((each) => ({ sql: `${alias}.${each.name}`, kind: each.kind }));
  const correlated = next(2) === 0;
  const scope: Scope = { next, columns: own };
  const both: Scope = { next, columns: correlated ? [...own, ...outer.columns] : own };
  const filter = condition(1, both);
  const value = expression(kind, 1, next(4) === 0 ? both : scope);
  const instead = [literal(kind, () => 1)];
  const from = `FROM ${table.name} ${alias} WHERE`;
  switch (next(4)) {
    case 0: {
      const aggregate = aggregates(kind, scope);
      return build([aggregate, filter], ([a, where]) => `(SELECT ${a} ${from} ${where})`, instead);
    }
    case 1:
      return build(
        [value, filter],
        ([a, where]) => `(SELECT ${a} ${from} ${where} ORDER BY ${alias}.id LIMIT 1)`,
        instead,
      );
    case 2:
      return build([value], ([a]) => `(SELECT ${a} ${from} ${alias}.id = ${next(5)})`, instead);
    default: {
      const outerInt = column('int', outer);
      return build([value, outerInt], ([a, b]) => `(SELECT ${a} ${from} ${alias}.id = ${b})`, instead);
    }
  }
}

/** EXISTS, IN, ANY, ALL and comparisons with subqueries. */
function subqueryCondition(context: Context, outer: Scope): Piece {
  const { next } = context;
  const table = pick(context.tables, next);
  const alias = `q${aliases++}`;
  const own = table.columns.map((each) => ({ sql: `${alias}.${each.name}`, kind: each.kind }));
  const inner: Scope = { next, columns: own };
  const both: Scope = { next, columns: [...own, ...outer.columns] };
  const kind = anyKind(next);
  const filter = condition(1, next(2) === 0 ? inner : both);
  const value = expression(kind, next(2), inner);
  const left = expression(kind, 1, bare(outer));
  const from = `FROM ${table.name} ${alias} WHERE`;
  const link = build([column(kind, inner), column(kind, outer)], ([a, b]) => `${a} = ${b}`);
  const comparison = pick(['=', '<>', '<', '<=', '>', '>='], next);
  const forms: readonly (() => Piece)[] = [
    () => build([filter], ([where]) => `EXISTS (SELECT 1 ${from} ${where})`),
    () => build([filter, link], ([where, on]) => `NOT EXISTS (SELECT * ${from} (${where}) AND ${on})`),
    () => build([filter, link], ([where, on]) => `EXISTS (SELECT ${alias}.id ${from} (${where}) AND ${on})`),
    () => build([left, value, filter], ([a, b, where]) => `${a} IN (SELECT ${b} ${from} ${where})`),
    () => build([left, value, filter], ([a, b, where]) => `${a} NOT IN (SELECT ${b} ${from} ${where})`),
    () =>
      build(
        [left, value, filter],
        ([a, b, where]) => `${a} ${comparison} ANY (SELECT ${b} ${from} ${where})`,
      ),
    () =>
      build(
        [left, value, filter],
        ([a, b, where]) => `${a} ${comparison} ALL (SELECT ${b} ${from} ${where})`,
      ),
    () =>
      build(
        [left, column('int', outer), value, column('int', inner), filter],
        ([a, b, c, d, where]) => `(${a}, ${b}) IN (SELECT ${c}, ${d} ${from} ${where})`,
      ),
    () => build([left, scalarSubquery(context, kind, outer)], ([a, b]) => `${a} ${comparison} ${b}`),
  ];
  const made = pick(forms, next)();
  return build([made], ([sql]) => sql!, [leaf('TRUE')]);
}

const scopeOf = (context: Context, columns: readonly ScopeColumn[]): Scope => ({
  next: context.next,
  columns,
  scalar: (kind, scope) => scalarSubquery(context, kind, bare(scope)),
  predicate: (scope) => subqueryCondition(context, bare(scope)),
});

/** A query as something to select from, its columns named c0, c1, … */
function derived(context: Context, depth: number): Relation {
  const { next } = context;
  const kinds = Array.from({ length: 1 + next(3) }, () => anyKind(next));
  const select = next(4) === 0 ? grouped(context, depth, kinds) : plain(context, depth, kinds);
  return {
    piece: build([select.piece], ([sql]) => `(${sql})`),
    columns: select.kinds.map((kind, index) => ({ name: `c${index}`, kind })),
    unique: undefined,
  };
}

function relations(context: Context, depth: number, most: number): Relation[] {
  const { next, tables } = context;
  const count = next(2) === 0 ? 1 : Math.min(most, 2 + (next(4) === 0 ? 1 : 0));
  return Array.from({ length: count }, () =>
    depth > 0 && next(7) === 0 ? derived(context, depth - 1) : relationOf(pick(tables, next)),
  );
}

/** `TRUE` now and then, so that queries have rows. */
const where = (scope: Scope, depth: number): Piece =>
  scope.next(3) === 0 ? leaf('TRUE') : condition(depth, scope);

/** Expressions with the names c0, c1, … */
const named = (items: readonly Piece[]): Piece[] =>
  items.map((item, index) => build([item], ([sql]) => `${sql} AS c${index}`));

function plain(context: Context, depth: number, wanted?: readonly Kind[], given?: From): Select {
  const { next } = context;
  const from = given ?? joined(relations(context, depth, 3), 0, { next, columns: [] });
  const scope = scopeOf(context, from.columns);
  const kinds =
    wanted ?? Array.from({ length: 1 + next(4) }, () => (next(15) === 0 ? 'json' : anyKind(next)));
  const items = kinds.map((kind) => expression(kind, 1 + next(2), scope));
  const distinct = next(6) === 0 && !kinds.includes('json') ? 'DISTINCT ' : '';
  return {
    kinds,
    piece: build(
      [list(named(items), wanted === undefined ? 1 : items.length), from.piece, where(scope, 2)],
      ([select, tables, filter]) => `SELECT ${distinct}${select} FROM ${tables} WHERE ${filter}`,
    ),
  };
}

/** GROUP BY columns or expressions, with aggregates, HAVING, and ROLLUP. */
function grouped(context: Context, depth: number, wanted?: readonly Kind[]): Select {
  const { next } = context;
  const from = joined(relations(context, depth, 2), 0, { next, columns: [] });
  const scope: Scope = { next, columns: from.columns };
  const keyKinds = Array.from({ length: next(8) === 0 ? 0 : 1 + next(2) }, () => anyKind(next));
  const keys = keyKinds.map((kind) => column(kind, scope));
  const isColumn = (key: Piece): boolean => from.columns.some(({ sql }) => sql === key.sql);
  const kept = keys.filter(isColumn);
  const keyColumns = kept.map((key) => from.columns.find(({ sql }) => sql === key.sql)!);
  const made: ScopeColumn[] = Array.from({ length: 1 + next(3) }, () => {
    const kind = pick<Kind>(
      ['int', 'int', 'dec', 'dec', 'dbl', 'str', 'date', 'dt', 'time', 'uint', 'bin'],
      next,
    );
    return { sql: aggregates(kind, scope).sql, kind };
  });
  const groupScope: Scope = { next, columns: [...keyColumns, ...made] };
  const rollup = next(6) === 0 && kept.length > 0;
  const kinds = wanted ?? [...keyColumns, ...made].map(({ kind }) => kind);
  const items =
    wanted === undefined
      ? [...keyColumns, ...made].map(({ sql, kind }) =>
          next(3) === 0 && !rollup ? expression(kind, 1, groupScope) : leaf(sql),
        )
      : kinds.map((kind) => expression(kind, 1, groupScope));
  const having = next(3) === 0 && !rollup ? condition(1, groupScope) : undefined;
  const group =
    kept.length === 0
      ? ''
      : ` GROUP BY ${kept.map(({ sql }) => sql).join(', ')}${rollup ? ' WITH ROLLUP' : ''}`;
  return {
    kinds,
    piece: build(
      [
        list(named(items), wanted === undefined ? 1 : items.length),
        from.piece,
        where(scope, 1),
        ...(having === undefined ? [] : [having]),
      ],
      ([select, tables, filter, also]) =>
        `SELECT ${select} FROM ${tables} WHERE ${filter}${group}${also === undefined ? '' : ` HAVING ${also}`}`,
    ),
  };
}

/** Window functions over one relation, or a join, with an order that is total. */
function windowed(context: Context): RandomQuery {
  const { next } = context;
  const from = joined([relationOf(pick(context.tables, next))], 0, { next, columns: [] });
  const scope: Scope = { next, columns: from.columns };
  const items = Array.from({ length: 1 + next(2) }, () => windows(scope, from.total!));
  const filter = where(scope, 1);
  return {
    ordered: false,
    piece: build(
      [list(named(items)), filter, from.piece],
      ([select, condition_, tables]) => `SELECT t0.id, ${select} FROM ${tables} WHERE ${condition_}`,
    ),
  };
}

const setWords = [
  'UNION',
  'UNION ALL',
  'UNION DISTINCT',
  'INTERSECT',
  'EXCEPT',
  'INTERSECT ALL',
  'EXCEPT ALL',
];

function combined(context: Context): RandomQuery {
  const { next } = context;
  const wanted = Array.from({ length: 1 + next(2) }, () => anyKind(next));
  const parts = Array.from({ length: 2 + (next(3) === 0 ? 1 : 0) }, () =>
    (next(5) === 0 ? grouped : plain)(context, 0, wanted),
  );
  const order = next(3) === 0;
  const tail = order
    ? ` ORDER BY ${wanted.map((_, index) => index + 1).join(', ')} LIMIT ${1 + next(8)}`
    : '';
  // MariaDB 10.11 never ends some chains of INTERSECT ALL and EXCEPT ALL: those stand alone.
  const words = parts.length === 2 ? setWords : setWords.slice(0, 5);
  const word = parts.map(() => pick(words, next));
  const pieces = parts.map(({ piece }) => piece);
  return {
    ordered: order,
    piece: build(
      pieces,
      (sqls) =>
        `${sqls.map((sql, index) => (index === 0 ? `(${sql})` : `${word[index]} (${sql})`)).join(' ')}${tail}`,
      order ? [] : pieces,
    ),
  };
}

/** ORDER BY what may be equal, then by what is not, and LIMIT. */
function limited(context: Context): RandomQuery {
  const { next } = context;
  const from = joined(relations(context, 0, 2), 0, { next, columns: [] });
  const scope = scopeOf(context, from.columns);
  const items = list(named(Array.from({ length: 1 + next(3) }, () => expression(anyKind(next), 1, scope))));
  const keys = Array.from({ length: next(3) }, () => {
    const way = pick(['', ' ASC', ' DESC'], next);
    return build([expression(anyKind(next), 1, { next, columns: from.columns })], ([sql]) => `${sql}${way}`);
  });
  const direction = pick(['', ' DESC'], next);
  const total = from.total!.map((name) => leaf(`${name}${direction}`));
  const order = [...keys, ...total];
  const limit = pick(
    [` LIMIT ${1 + next(6)}`, ` LIMIT ${1 + next(4)} OFFSET ${next(4)}`, ` LIMIT ${next(3)}, ${next(9)}`, ''],
    next,
  );
  return {
    ordered: true,
    piece: build(
      [items, from.piece, where(scope, 1), list(order, order.length)],
      ([select, tables, filter, by]) =>
        `SELECT ${select} FROM ${tables} WHERE ${filter} ORDER BY ${by}${limit}`,
    ),
  };
}

/** DISTINCT or groups in the order of their columns. */
function ordered(context: Context): RandomQuery {
  const { next } = context;
  const select =
    next(2) === 0
      ? grouped(context, 0, [anyKind(next), anyKind(next)])
      : plain(context, 0, [anyKind(next), anyKind(next)]);
  const direction = pick(['', ' DESC'], next);
  const limit = next(2) === 0 ? ` LIMIT ${1 + next(5)}` : '';
  return {
    ordered: true,
    piece: build([select.piece], ([sql]) => `${sql} ORDER BY 1${direction}, c1${limit}`),
  };
}

/** Common tables, plain and recursive. */
function common(context: Context): RandomQuery {
  const { next } = context;
  const inner = derived(context, 1);
  if (next(3) === 0) return recursive(context);
  const relation: Relation = { ...inner, piece: leaf('w') };
  const others =
    next(2) === 0
      ? [relation]
      : [relation, next(2) === 0 ? relation : relationOf(pick(context.tables, next))];
  const from = joined(others, 0, { next, columns: [] });
  const outer = plain(context, 0, undefined, from);
  return {
    ordered: false,
    piece: build([inner.piece, outer.piece], ([w, sql]) => `WITH w AS ${w} ${sql}`),
  };
}

function recursive(context: Context): RandomQuery {
  const { next } = context;
  const table = pick(context.tables, next);
  const most = 2 + next(6);
  const forms = [
    `SELECT 1, CAST(0 AS SIGNED) UNION ALL SELECT i + 1, v + i FROM w WHERE i < ${most}`,
    `SELECT 1, CAST(1 AS SIGNED) UNION SELECT i + 1, (v * 7) % 5 FROM w WHERE i < ${most}`,
    `SELECT id, id FROM ${table.name} WHERE id < 3 UNION ALL SELECT ${table.name}.id, w.v FROM ${table.name} JOIN w ON ${table.name}.id = w.i + 2`,
    `SELECT id, si FROM ${context.tables[0]!.name} WHERE id = 1 UNION DISTINCT SELECT i % 4 + 1, v FROM w`,
  ];
  const usable = context.tables[0]!.columns.some(({ name }) => name === 'si') ? forms : forms.slice(0, 3);
  const relation: Relation = {
    piece: leaf('w'),
    columns: [
      { name: 'i', kind: 'int' },
      { name: 'v', kind: 'int' },
    ],
    unique: undefined,
  };
  const from = joined(next(2) === 0 ? [relation] : [relation, relationOf(table)], 0, { next, columns: [] });
  const body = next(3) === 0 ? undefined : plain(context, 0, undefined, from).piece;
  return {
    ordered: false,
    piece: build(
      [body ?? leaf('SELECT COUNT(*), SUM(i), MAX(v) FROM w')],
      ([sql]) => `WITH RECURSIVE w (i, v) AS (${usable[most % usable.length]}) ${sql}`,
    ),
  };
}

/** A condition on the primary key that the point and range routes can answer, and more. */
function keyed(context: Context): RandomQuery {
  const { next } = context;
  const table = pick(context.tables, next);
  const scope: Scope = {
    next,
    columns: table.columns.map(({ name, kind }) => ({ sql: name, kind })),
  };
  const parts = table.key.map((name) => {
    const definition = table.columns.find((each) => each.name === name)!;
    const value = (): string =>
      name === 'id' ? marked(String(next(table.rows + 3))) : pick(definition.values ?? ['0'], next);
    const one = value();
    return pick(
      [
        `${name} = ${one}`,
        `${name} = ${one}`,
        `${name} = ${one}`,
        `${one} = ${name}`,
        `${name} IN (${value()}, ${value()}, ${value()})`,
        `${name} BETWEEN ${value()} AND ${value()}`,
        `${name} >= ${value()}`,
        `${name} < ${value()}`,
        `${name} > ${value()} AND ${name} <= ${value()}`,
        ...(name === 'id'
          ? [
              `${name} = '${next(8)}'`,
              `${name} = ${next(8)}.0`,
              `${name} <= ${next(8)}.5`,
              `${name} = 3e0`,
              `${name} <=> ${value()}`,
            ]
          : []),
      ],
      next,
    );
  });
  const used = parts.slice(0, 1 + next(parts.length));
  const filters = used.map(leaf);
  if (next(3) === 0) filters.push(condition(1, scope));
  const select =
    next(4) === 0
      ? leaf('*')
      : list(
          Array.from({ length: 1 + next(4) }, () =>
            expression(next(8) === 0 ? 'json' : anyKind(next), next(3), scope),
          ),
        );
  const order = next(2) === 0;
  const direction = pick(['', ' DESC'], next);
  const by = pick([table.key.map((name) => `${name}${direction}`).join(', '), `id${direction}`], next);
  const tail = order ? ` ORDER BY ${by}${next(2) === 0 ? ` LIMIT ${1 + next(4)}` : ''}` : '';
  return {
    ordered: order,
    piece: build(
      [select, ...filters],
      ([items, ...conditions]) =>
        `SELECT ${items} FROM ${table.name} WHERE ${conditions.map((each) => `(${each})`).join(' AND ')}${tail}`,
    ),
  };
}

const unordered = ({ piece }: Select): RandomQuery => ({ piece, ordered: false });

/** A query as a table: counted, or grouped again. */
function wrapped(context: Context): RandomQuery {
  const { next } = context;
  const select = plain(context, 1, ['int', anyKind(next)]);
  const forms = ['COUNT(*), SUM(c0), COUNT(DISTINCT c1)', 'c1, COUNT(*) AS n', 'x.*'];
  const which = next(3);
  return {
    ordered: false,
    piece: build(
      [select.piece],
      ([sql]) => `SELECT ${forms[which]} FROM (${sql}) x${which === 1 ? ' GROUP BY c1' : ''}`,
    ),
  };
}

/** One query over the tables; the same for the same numbers. */
export function randomQuery(tables: readonly TableDef[], next: Next): RandomQuery {
  aliases = 0;
  const context: Context = { tables, next };
  const makers: readonly (() => RandomQuery)[] = [
    () => unordered(plain(context, 1)),
    () => unordered(plain(context, 1)),
    () => unordered(plain(context, 1)),
    () => unordered(grouped(context, 1)),
    () => unordered(grouped(context, 1)),
    () => windowed(context),
    () => combined(context),
    () => limited(context),
    () => ordered(context),
    () => common(context),
    () => keyed(context),
    () => keyed(context),
    () => wrapped(context),
  ];
  return pick(makers, next)();
}
