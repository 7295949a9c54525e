/** Which columns a name may mean: the relations of a query block, the columns that joins merge, outer blocks. */
import { GatewayError } from '../base/errors.ts';
import { bigint } from '../types/sql-type.ts';
import { type BoundColumn, type BoundExpr, type RelationId, rowVersionColumn } from './bound.ts';

/** A relation of FROM as names see it. */
export interface ScopeRelation {
  readonly id: RelationId;
  readonly alias: string;
  /** For `db.t.c`; undefined for derived tables and CTEs. */
  readonly database: string | undefined;
  readonly columns: readonly BoundColumn[];
  /** Indexes of the columns that `*` and NATURAL JOIN leave out. */
  readonly invisible?: ReadonlySet<number>;
  /** Has `_row_version`, which `*` leaves out. */
  readonly versioned: boolean;
  /** On the inner side of an outer join: its columns may be NULL. */
  optional: boolean;
  /** Takes the columns that are named, for access checks. */
  readonly read?: Set<number>;
}

/** A column that a name without a table may mean; `*` shows it unless it is invisible. */
export interface VisibleColumn {
  readonly name: string;
  readonly relation: ScopeRelation;
  readonly index: number;
}

/** What one FROM item brings; joins put two together. */
export interface FromScope {
  readonly relations: readonly ScopeRelation[];
  /** In the order of `*`; a column merged by USING or NATURAL stands once. */
  readonly visible: readonly VisibleColumn[];
}

export interface Scope {
  readonly from: FromScope;
  /** The block around this one, for correlated references. */
  readonly outer: Scope | null;
}

export const isShown = ({ relation, index }: VisibleColumn): boolean =>
  relation.invisible?.has(index) !== true;

export const emptyFrom: FromScope = { relations: [], visible: [] };

/** MySQL's words for the place of a name, as they stand in errors 1054 and 1052. */
export type Clause =
  | 'field list'
  | 'where clause'
  | 'on clause'
  | 'group statement'
  | 'having clause'
  | 'order clause'
  | 'window order by'
  | 'IN/ALL/ANY subquery'
  | 'a table function argument';

export interface ColumnName {
  readonly database: string | null;
  readonly table: string | null;
  readonly name: string;
}

export const sameName = (a: string, b: string): boolean =>
  a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());

export function nameText(name: ColumnName): string {
  return [name.database, name.table, name.name].filter((part) => part !== null).join('.');
}

export function unknownColumn(name: ColumnName, clause: Clause): GatewayError {
  return new GatewayError('UNKNOWN_COLUMN', `Unknown column '${nameText(name)}' in '${clause}'`);
}

function ambiguous(name: ColumnName, clause: Clause): GatewayError {
  return new GatewayError('NON_UNIQUE_COLUMN', `Column '${nameText(name)}' in ${clause} is ambiguous`);
}

export const rowVersionName = '_row_version';

/** A reference to a column of a relation. */
export function columnRef(relation: ScopeRelation, index: number): BoundExpr {
  relation.read?.add(index);
  if (index === rowVersionColumn) {
    return {
      kind: 'column',
      relation: relation.id,
      column: index,
      type: bigint(),
      nullable: relation.optional,
    };
  }
  const column = relation.columns[index]!;
  return {
    kind: 'column',
    relation: relation.id,
    column: index,
    type: column.type,
    nullable: column.nullable || relation.optional,
  };
}

function columnsNamed(relation: ScopeRelation, name: string): number[] {
  const found: number[] = [];
  for (const [index, column] of relation.columns.entries())
    if (sameName(column.name, name)) found.push(index);
  if (found.length === 0 && relation.versioned && sameName(name, rowVersionName))
    found.push(rowVersionColumn);
  return found;
}

export function relationsNamed(from: FromScope, table: string, database: string | null): ScopeRelation[] {
  return from.relations.filter(
    (relation) => relation.alias === table && (database === null || relation.database === database),
  );
}

export interface Resolved {
  readonly relation: ScopeRelation;
  readonly index: number;
}

/** The columns of one block that a name may mean. */
function candidates(from: FromScope, name: ColumnName): Resolved[] {
  if (name.table !== null) {
    return relationsNamed(from, name.table, name.database).flatMap((relation) =>
      columnsNamed(relation, name.name).map((index) => ({ relation, index })),
    );
  }
  const visible = from.visible.filter((column) => sameName(column.name, name.name));
  if (visible.length > 0 || !sameName(name.name, rowVersionName)) return visible;
  return from.relations
    .filter((relation) => relation.versioned)
    .map((relation) => ({ relation, index: rowVersionColumn }));
}

/** The column of one block; undefined when there is none, error 1052 when there are several. */
export function resolveIn(from: FromScope, name: ColumnName, clause: Clause): Resolved | undefined {
  const found = candidates(from, name);
  if (found.length > 1) throw ambiguous(name, clause);
  return found[0];
}

/** The column of the block or of the nearest block around it that has one; undefined for none. */
export function resolve(scope: Scope, name: ColumnName, clause: Clause): BoundExpr | undefined {
  for (let block: Scope | null = scope; block !== null; block = block.outer) {
    const found = resolveIn(block.from, name, clause);
    if (found !== undefined) return columnRef(found.relation, found.index);
  }
  return undefined;
}

/** The relation and index of a column reference, in the scope or around it. */
export function columnOf(
  scope: Scope,
  expr: Extract<BoundExpr, { kind: 'column' }>,
): BoundColumn | undefined {
  for (let block: Scope | null = scope; block !== null; block = block.outer) {
    const relation = block.from.relations.find(({ id }) => id === expr.relation);
    if (relation === undefined) continue;
    if (expr.column === rowVersionColumn) return { name: rowVersionName, type: bigint(), nullable: false };
    return relation.columns[expr.column];
  }
  return undefined;
}

/** `table.column` of a reference, for error messages. */
export function columnText(scope: Scope, expr: Extract<BoundExpr, { kind: 'column' }>): string {
  const relation = scope.from.relations.find(({ id }) => id === expr.relation);
  const name = columnOf(scope, expr)?.name ?? '?';
  return [relation?.database, relation?.alias, name].filter((part) => part !== undefined).join('.');
}
