/** Equalities that fix key columns: which conjunct gives which part of a table's key. */
import type { TableDef } from '../../catalog/schema.ts';
import { hasKeys } from '../../types/collation.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { BoundExpr, RelationId } from '../bound.ts';
import { textKeyOf } from '../collation-key.ts';
import { boundsRange, keyCoercion } from '../evaluator/key-value.ts';
import { conjunctsOf, isConstant, relationsOf } from '../expr-tools.ts';

/** Implicit casts are what a comparison needs; a key is compared without them, by keyCoercion's rules. */
function bare(expr: BoundExpr): BoundExpr {
  return expr.kind === 'cast' && expr.implicit ? bare(expr.arg) : expr;
}

/** A conjunct that gives one key column a value, or several to choose from. */
export interface KeyTerm {
  readonly conjunct: BoundExpr;
  readonly column: number;
  /** More than one for IN and OR. */
  readonly values: readonly BoundExpr[];
  /** The values say all that the conjunct says, so that it need not be tested again. */
  readonly whole: boolean;
}

/** The relations whose columns a value may read: those that are looked up before. */
export type Known = ReadonlySet<RelationId>;

function isKnown(expr: BoundExpr, known: Known): boolean {
  if (isConstant(expr)) return true;
  return expr.kind === 'column' && known.has(expr.relation);
}

function columnOf(expr: BoundExpr, relation: RelationId): number | undefined {
  const inner = bare(expr);
  return inner.kind === 'column' && inner.relation === relation && inner.column >= 0
    ? inner.column
    : undefined;
}

/** A comparison's operands: the texts where it compares keys of them, and the collation of those. */
function operandsOf(term: Extract<BoundExpr, { kind: 'call' }>): {
  readonly operands: readonly BoundExpr[];
  readonly collation: string | undefined;
} {
  const keys = term.args.map(textKeyOf);
  const collation = keys[0]?.collation;
  if (collation === undefined || keys.some((key) => key?.collation !== collation))
    return { operands: term.args, collation: undefined };
  return { operands: keys.map((key) => key!.text), collation };
}

/** Whether a comparison by the collation is one of the column's keys. */
function comparesKeys(type: SqlType, collation: string | undefined): boolean {
  return collation === undefined ? !hasKeys(type) : hasKeys(type) && type.collation === collation;
}

function equality(term: BoundExpr, relation: RelationId, table: TableDef, known: Known): KeyTerm | undefined {
  if (term.kind !== 'call' || term.name !== '=') return undefined;
  const { operands, collation } = operandsOf(term);
  const [a, b] = operands as [BoundExpr, BoundExpr];
  for (const [side, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const column = columnOf(side, relation);
    const value = bare(other);
    if (column === undefined || !isKnown(value, known)) continue;
    if (!comparesKeys(table.columns[column]!.type, collation)) continue;
    if (keyCoercion(value.type, table.columns[column]!.type) === undefined) continue;
    return { conjunct: term, column, values: [value], whole: true };
  }
  return undefined;
}

/** `k IN (…)` with constants, and `k = 1 OR k = 2` over one column. */
function alternatives(term: BoundExpr, relation: RelationId, table: TableDef): KeyTerm | undefined {
  if (term.kind !== 'call') return undefined;
  const nothing: Known = new Set();
  if (term.name === 'OR') {
    const parts = term.args.map(
      (arg) => equality(arg, relation, table, nothing) ?? alternatives(arg, relation, table),
    );
    const column = parts[0]?.column;
    if (column === undefined || !parts.every((part) => part?.column === column)) return undefined;
    return { conjunct: term, column, values: parts.flatMap((part) => part!.values), whole: true };
  }
  if (term.name !== 'IN') return undefined;
  const { operands, collation } = operandsOf(term);
  const column = columnOf(operands[0]!, relation);
  if (column === undefined) return undefined;
  const values = operands.slice(1).map(bare);
  const type = table.columns[column]!.type;
  if (!comparesKeys(type, collation)) return undefined;
  const usable = values.every((value) => isConstant(value) && keyCoercion(value.type, type) !== undefined);
  return usable ? { conjunct: term, column, values, whole: true } : undefined;
}

/** `(k, l) IN ((1, 2), (3, 4))`, which is an OR of ANDs: for each key column the values that the branches give it. */
function branchAlternatives(term: BoundExpr, relation: RelationId, table: TableDef): KeyTerm[] {
  if (term.kind !== 'call' || term.name !== 'OR') return [];
  const nothing: Known = new Set();
  const branches = term.args.map((arg) =>
    conjunctsOf(arg).flatMap((part) => equality(part, relation, table, nothing) ?? []),
  );
  const columns = new Set(branches.flatMap((branch) => branch.map(({ column }) => column)));
  return [...columns].flatMap((column): KeyTerm[] => {
    const values = branches.map((branch) => branch.find((each) => each.column === column)?.values[0]);
    const given = values.filter((value) => value !== undefined);
    return given.length < values.length ? [] : [{ conjunct: term, column, values: given, whole: false }];
  });
}

/** Terms that fix every column of `key`, equalities before lists; or the first column that none fixes. */
export function keyTerms(
  terms: readonly BoundExpr[],
  relation: RelationId,
  table: TableDef,
  key: readonly number[],
  known: Known,
): { readonly terms: readonly KeyTerm[] } | { readonly missing: number } {
  const found: KeyTerm[] = [];
  const equalities = terms.flatMap((term) => equality(term, relation, table, known) ?? []);
  const lists = [
    ...terms.flatMap((term) => alternatives(term, relation, table) ?? []),
    ...terms.flatMap((term) => branchAlternatives(term, relation, table)),
  ];
  for (const column of key) {
    const term =
      equalities.find((each) => each.column === column) ?? lists.find((each) => each.column === column);
    if (term === undefined) return { missing: column };
    found.push(term);
  }
  return { terms: found };
}

export interface RangeBound {
  readonly conjunct: BoundExpr;
  readonly side: 'lower' | 'upper';
  readonly value: BoundExpr;
  readonly inclusive: boolean;
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Comparisons of one column with constants, as bounds of a range. */
export function rangeBounds(
  terms: readonly BoundExpr[],
  relation: RelationId,
  table: TableDef,
  column: number,
): RangeBound[] {
  const type = table.columns[column]!.type;
  return terms.flatMap((term): RangeBound[] => {
    if (term.kind !== 'call' || mirrored[term.name] === undefined) return [];
    const { operands, collation } = operandsOf(term);
    if (!comparesKeys(type, collation)) return [];
    const [a, b] = operands as [BoundExpr, BoundExpr];
    const onLeft = columnOf(a, relation) === column;
    if (!onLeft && columnOf(b, relation) !== column) return [];
    const value = bare(onLeft ? b : a);
    const operator = onLeft ? term.name : mirrored[term.name]!;
    if (!isConstant(value) || !boundsRange(value.type, type)) return [];
    return [
      {
        conjunct: term,
        side: operator.startsWith('>') ? 'lower' : 'upper',
        value,
        inclusive: operator.endsWith('='),
      },
    ];
  });
}

/** Whether an expression reads nothing but the given relations. */
export function readsOnly(expr: BoundExpr, known: Known): boolean {
  return [...relationsOf(expr)].every((relation) => known.has(relation));
}
