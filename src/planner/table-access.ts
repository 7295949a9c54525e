/**
 * Which tables and columns a statement reads and writes, noted while its names are bound, so that what rewrites
 * drop counts too; and the privileges that it needs for them.
 */
import type { Need, StatementNeed } from '../catalog/need.ts';
import type { Privilege } from '../catalog/privileges.ts';
import type { BoundQuery, RelationId } from './bound.ts';

/** Stands in `read` beside the columns that `*` named. */
export const everyColumn = -2;

/** The view that names a table, and whose rights count: those of the session when `definer` is undefined. */
export interface ViewRights {
  readonly view: string;
  readonly definer: string | undefined;
}

/** A table or view in FROM, or as the target of a write. */
export interface TableAccess {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string }[];
  /** Indexes of the columns that are named; filled while expressions are bound. */
  readonly read: Set<number>;
  /** Named inside of a view; undefined in the statement itself. */
  readonly rights: ViewRights | undefined;
  /** AS OF or CHANGES. */
  readonly timeTravel: boolean;
  /** A view's query: a write of the view is a write of what it is made of. */
  readonly query?: BoundQuery;
}

interface Write {
  readonly access: TableAccess;
  readonly privilege: Privilege;
  readonly columns: ReadonlySet<number> | undefined;
}

/** What one statement touches. */
export class TableAccesses {
  readonly #byRelation = new Map<RelationId, TableAccess>();
  readonly #others: TableAccess[] = [];
  readonly #writes: Write[] = [];

  /** A relation of FROM; gives the set of its columns that are read, for its scope. */
  add(relation: RelationId, access: Omit<TableAccess, 'read'>): Set<number> {
    const read = new Set<number>();
    this.#byRelation.set(relation, { ...access, read });
    return read;
  }

  /** A table that a statement writes without naming it in FROM: INSERT's. Its columns may be read too. */
  target(access: Pick<TableAccess, 'database' | 'name' | 'columns'>): TableAccess {
    const added: TableAccess = { ...access, read: new Set(), rights: undefined, timeTravel: false };
    this.#others.push(added);
    return added;
  }

  /** The table is written; without columns as a whole (DELETE), with none of them as INSERT () does. */
  write(access: TableAccess, privilege: Privilege, columns?: Iterable<number>): void {
    this.#writes.push({
      access,
      privilege,
      columns: columns === undefined ? undefined : new Set(columns),
    });
  }

  /** A relation of FROM is written; of a view also what is under it. */
  writeRelation(relation: RelationId, privilege: Privilege, columns?: readonly number[]): void {
    const access = this.#byRelation.get(relation);
    if (access === undefined) return;
    this.write(access, privilege, columns);
    const body = access.query?.body;
    if (body?.kind !== 'select' || body.from === null) return;
    const items = columns?.map((column) => body.items[column]);
    if (!('relation' in body.from)) {
      // Of a view of several tables, those whose columns are written.
      for (const item of items ?? []) {
        if (item?.kind === 'column') this.writeRelation(item.relation, privilege, [item.column]);
      }
      return;
    }
    const under = body.from.relation;
    const inner = items?.flatMap((item) =>
      item?.kind === 'column' && item.relation === under ? [item.column] : [],
    );
    this.writeRelation(under, privilege, inner);
  }

  /** The privileges that the statement needs. */
  needs(): StatementNeed[] {
    const written = new Set(this.#writes.map(({ access }) => access));
    const reads = [...this.#byRelation.values(), ...this.#others].flatMap((access) =>
      readNeeds(access, written.has(access)),
    );
    const writes = this.#writes.map(({ access, privilege, columns }) => {
      const names = columns === undefined ? 'whole' : namesOf(access, columns);
      const all = columns?.has(everyColumn) === true;
      return asked(access, relationNeed(access, privilege, names, all));
    });
    // What the session itself lacks is told before what a view's definer lacks.
    const all = [...writes, ...reads];
    return [
      ...all.filter(({ within }) => within === undefined),
      ...all.filter(({ within }) => within !== undefined),
    ];
  }
}

const asked = ({ rights }: TableAccess, need: Need): StatementNeed =>
  rights === undefined ? { need } : { need, within: rights };

const relationNeed = (
  { database, name }: TableAccess,
  privilege: Privilege,
  columns: Extract<Need, { kind: 'relation' }>['columns'],
  all = false,
): Need => ({ kind: 'relation', database, name, privilege, columns, all });

/** Columns beyond the table's own are those that CHANGES adds. */
function namesOf(access: TableAccess, columns: ReadonlySet<number>): readonly string[] | 'any' {
  const names = [...columns]
    .filter((index) => index >= 0 && index < access.columns.length)
    .map((index) => access.columns[index]!.name);
  return names.length === 0 ? 'any' : names;
}

/** A target whose columns are not read needs no SELECT. */
function readNeeds(access: TableAccess, isWritten: boolean): StatementNeed[] {
  const { read, timeTravel } = access;
  const needs: StatementNeed[] = [];
  if (read.size > 0 || !isWritten) {
    const all = read.has(everyColumn);
    needs.push(asked(access, relationNeed(access, 'SELECT', namesOf(access, read), all)));
  }
  if (timeTravel) needs.push(asked(access, relationNeed(access, 'TIME TRAVEL', 'whole')));
  return needs;
}
