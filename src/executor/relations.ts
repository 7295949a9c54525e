/** A relation for DuckDB for every leaf of a query, all of them of one state of the store. */
import { assertNever } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import { metadataTable } from '../catalog/metadata-tables.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { DuckRelation } from '../offline/duckdb/relation.ts';
import { type BoundExpr, rowVersionColumn } from '../planner/bound.ts';
import { compile } from '../planner/evaluator/compile.ts';
import { keyColumns } from '../types/key-codec.ts';
import { bigint, boolean, type SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';
import type { ExecutionContext, ReadView } from './context.ts';
import type { Leaf } from './leaves.ts';
import type { Overlay } from './overlay.ts';
import { evaluatePoint, resolveAsOf, resolveChanges } from './points.ts';

/** Relations by their number in the bound query, and what they hold open. */
export interface ProvidedRelations {
  readonly byRelation: ReadonlyMap<number, DuckRelation>;
  release(): void;
}

/** Provides all leaves; when one fails, what the others hold is given back. */
export async function provideRelations(
  leaves: readonly Leaf[],
  context: ExecutionContext,
): Promise<ProvidedRelations> {
  const byRelation = new Map<number, DuckRelation>();
  const release = (): void => {
    for (const relation of byRelation.values()) relation.release();
  };
  try {
    for (const leaf of leaves) {
      const relation = await provide(leaf, context);
      byRelation.set(leaf.relation, relation);
      context.trace?.relations.push({ name: leafName(leaf), details: relation.details });
    }
  } catch (error) {
    release();
    throw error;
  }
  return { byRelation, release };
}

const leafName = (leaf: Leaf): string =>
  leaf.kind === 'metadata' ? `${leaf.database}.${leaf.name}` : `${leaf.table.database}.${leaf.table.name}`;

const constantOf =
  (context: ExecutionContext) =>
  (expr: BoundExpr): SqlValue =>
    compile(expr)(context.env);

function provide(leaf: Leaf, context: ExecutionContext): Promise<DuckRelation> {
  switch (leaf.kind) {
    case 'table':
      return provideState(leaf, context);
    case 'changes':
      return provideChanges(leaf, context);
    case 'external':
      return provideExternal(leaf, context);
    case 'metadata':
      return provideMetadata(leaf, context);
    default:
      return assertNever(leaf);
  }
}

async function provideState(
  leaf: Extract<Leaf, { kind: 'table' }>,
  context: ExecutionContext,
): Promise<DuckRelation> {
  const { services, view, env, nowUs } = context;
  const { table, asOf, filters } = leaf;
  const history = { journal: services.journal, nowUs };
  const version = asOf === null ? view.version : resolveAsOf(evaluatePoint(asOf, env), table, history);
  if (asOf === null) requireSeen(table, view);
  const own = asOf === null ? view.overlay : undefined;
  const changes = own?.changesOf(table);
  const columnsUsed = changes === undefined ? leaf.columnsUsed : withKey(table, leaf.columnsUsed);
  const constant = constantOf(context);
  const state = await services.offline.state({ table, version, columnsUsed, filters, constant });
  return own === undefined || changes === undefined
    ? state
    : layOver(state, table, columnsUsed, own, context);
}

/**
 * A transaction sees no row of a table that is younger than its snapshot, though under that name there may have
 * been rows: of the table that an ALTER TABLE has written anew. Error 1412, as in MySQL.
 */
function requireSeen({ createdVersion }: TableDef, { pinned, version }: ReadView): void {
  if (!pinned || createdVersion <= version) return;
  throw new GatewayError(
    'TABLE_DEFINITION_CHANGED',
    'Table definition has changed, please retry transaction',
  );
}

function withKey(table: TableDef, columns: readonly number[]): number[] {
  return [...new Set([...columns, ...keyColumns(table)])].sort((a, b) => a - b);
}

/** The state without the rows that the transaction changed, and the transaction's rows. */
async function layOver(
  state: DuckRelation,
  table: TableDef,
  columnsUsed: readonly number[],
  overlay: Overlay,
  context: ExecutionContext,
): Promise<DuckRelation> {
  const used = columnsUsed.filter((column) => column !== rowVersionColumn);
  const types: SqlType[] = used.map((column) => table.columns[column]!.type);
  const rows: Row[] = [];
  for (const change of overlay.changesOf(table)!.values()) {
    const row = (change.after ?? change.before)!;
    rows.push([...used.map((column) => row[column]!), change.after === null ? 1 : 0]);
    // A changed row leaves under the key that it had; keys do not change under one entry.
  }
  let own: DuckRelation;
  try {
    own = await context.services.duckdb.relationOfRows({
      columns: [...types, boolean].map((type, index) => ({ name: `o${index}`, type })),
      rows: [rows],
    });
  } catch (error) {
    state.release();
    throw error;
  }
  const own_ = (column: number): string => `c${used.indexOf(column)}`;
  const names = used.map((column) => `c${column}`);
  const on = keyColumns(table).map((column) => `s.c${column} = o.${own_(column)}`);
  const withVersion = columnsUsed.includes(rowVersionColumn);
  const stateList = [...names.map((name) => `s.${name}`), ...(withVersion ? ['s.rv'] : [])];
  const ownList = [
    ...used.map((column) => `o.${own_(column)} AS c${column}`),
    ...(withVersion ? ['0::BIGINT AS rv'] : []),
  ];
  return {
    sql:
      `SELECT ${stateList.join(', ')} FROM (${state.sql}) s ANTI JOIN (${own.sql}) o ON ${on.join(' AND ')} ` +
      `UNION ALL SELECT ${ownList.join(', ')} FROM (${own.sql}) o WHERE o.c${used.length} = 0`,
    parameters: [...state.parameters, ...own.parameters],
    details: [...state.details, `${rows.length} uncommitted changes`],
    release() {
      state.release();
      own.release();
    },
  };
}

function provideChanges(
  leaf: Extract<Leaf, { kind: 'changes' }>,
  context: ExecutionContext,
): Promise<DuckRelation> {
  const { services, view, env, nowUs } = context;
  const { table, from, until, fromExclusive, net, columnsUsed } = leaf;
  const points = {
    from: evaluatePoint(from, env),
    fromExclusive,
    until: until === null ? null : evaluatePoint(until, env),
  };
  const { after, through } = resolveChanges(points, table, view.version, {
    journal: services.journal,
    nowUs,
  });
  const used = columnsUsed.filter((column) => column !== rowVersionColumn);
  return services.offline.changes({ table, after, through, net, columnsUsed: used });
}

function provideExternal(
  leaf: Extract<Leaf, { kind: 'external' }>,
  context: ExecutionContext,
): Promise<DuckRelation> {
  const constant = constantOf(context);
  const limit = leaf.limit === null ? undefined : Number(constant(leaf.limit));
  const { table, columnsUsed, filters } = leaf;
  return context.services.external({ table, columnsUsed, filters, limit, constant, signal: context.signal });
}

/** The rows of a metadata table as DuckDB takes them, in batches. */
function* batches(rows: Iterable<Row>): Iterable<readonly Row[]> {
  let batch: Row[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length === 2_048) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function provideMetadata(
  leaf: Extract<Leaf, { kind: 'metadata' }>,
  context: ExecutionContext,
): Promise<DuckRelation> {
  const found = metadataTable(leaf.database, leaf.name);
  if (found === undefined)
    throw new GatewayError('UNKNOWN_TABLE', `Unknown table '${leaf.name}' in ${leaf.database}`);
  return context.services.duckdb.relationOfRows(
    { columns: found.columns, rows: batches(found.rows(context.metadata())) },
    { signal: context.signal },
  );
}

/** The types that a table's relation has, in the order of its columns and then `_row_version`. */
export const rowTypes = (table: TableDef): SqlType[] => [
  ...table.columns.map((column) => column.type),
  bigint(),
];
