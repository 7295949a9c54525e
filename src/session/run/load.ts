/** LOAD DATA LOCAL INFILE: the file is the client's; files of the server are not read. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { Inserter } from '../../executor/insert.ts';
import { type LoadPlan, type LoadTarget, loadRows } from '../../executor/load.ts';
import { compile } from '../../planner/evaluator/compile.ts';
import { planExpressions } from '../../planner/plan-statement.ts';
import type { Expr } from '../../sql/ast.ts';
import type { LoadData } from '../../sql/statement.ts';
import { longtext, nullType, type SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { type PlannedStatement, planFacts, valuesOf } from '../planning.ts';
import type { LocalInfileResult } from '../result.ts';
import type { SessionState } from '../state.ts';
import type { StatementRun } from '../statement-run.ts';
import { runWrite } from './planned.ts';
import { findTable } from './utility.ts';

function columnIndex(table: TableDef, name: string): number {
  const index = table.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  if (index < 0) throw new GatewayError('UNKNOWN_COLUMN', `Unknown column '${name}' in 'field list'`);
  return index;
}

interface Source extends LoadTarget {
  /** The column's or variable's name in lower case, `@` before a variable's. */
  readonly name: string;
}

function sourcesOf(statement: LoadData, table: TableDef, firstParameter: number): Source[] {
  if (statement.columns === null) {
    const filled = [...table.columns.entries()].filter(([, { invisible }]) => invisible !== true);
    return filled.map(([column, { name }], index) => ({
      column,
      parameter: firstParameter + index,
      name: name.toLowerCase(),
    }));
  }
  return statement.columns.map((target, index): Source => {
    const parameter = firstParameter + index;
    if (target.kind === 'userVariable')
      return { column: undefined, parameter, name: `@${target.name.toLowerCase()}` };
    return { column: columnIndex(table, target.name), parameter, name: target.name.toLowerCase() };
  });
}

/** An expression of SET with the fields of the line in place of the variables and columns that name them. */
function withFields(node: unknown, sources: ReadonlyMap<string, number>): unknown {
  if (Array.isArray(node)) return node.map((each) => withFields(each, sources));
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return node;
  const expr = node as Partial<Expr>;
  const name =
    expr.kind === 'userVariable'
      ? `@${expr.name!.toLowerCase()}`
      : expr.kind === 'column'
        ? expr.name!.toLowerCase()
        : undefined;
  const parameter = name === undefined ? undefined : sources.get(name);
  if (parameter !== undefined) return { kind: 'placeholder', parameter, start: expr.start, end: expr.end };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withFields(value, sources)]));
}

function planAssignments(
  statement: LoadData,
  table: TableDef,
  sources: readonly Source[],
  fieldType: SqlType,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): LoadPlan['assignments'] {
  const numbers = new Map(sources.map(({ name, parameter }) => [name, parameter]));
  const values = statement.assignments.map(({ value }) => value);
  const exprs = values
    .filter(({ kind }) => kind !== 'default')
    .map((value) => withFields(value, numbers) as Expr);
  const placeholders = new Map(planned.placeholders);
  for (const { parameter } of sources) placeholders.set(parameter, { type: fieldType, value: null });
  const { plan } = planExpressions(exprs, planFacts(planned.text, placeholders, state, run));
  if (plan.route !== 'constant') throw notSupported('such an expression in SET of LOAD DATA');
  let next = 0;
  return statement.assignments.map(({ column, value }) => {
    const index = columnIndex(table, column.name);
    if (value.kind === 'default') return { column: index, value: 'default' as const, type: nullType };
    const item = plan.items[next++]!;
    return { column: index, value: compile(item), type: item.type };
  });
}

/** Asks the client for its file. Without LOCAL: error 1290. */
export async function runLoadData(
  statement: LoadData,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<LocalInfileResult> {
  if (!statement.local) {
    throw new GatewayError(
      'FILE_NOT_ALLOWED',
      'The gateway is running with --secure-file-priv=NULL, so it cannot execute this statement; use LOAD DATA LOCAL',
    );
  }
  if (!state.services.localInfile) {
    throw new GatewayError(
      'LOCAL_INFILE_DISABLED',
      'Loading local data is disabled; this must be enabled on both the client and server sides',
    );
  }
  if (statement.partitions !== null) throw notSupported('PARTITION');
  state.requireWritable();
  const table = findTable(statement.table, state);
  const charset = statement.charset?.toLowerCase() ?? 'utf8mb4';
  const fieldType: SqlType = charset === 'binary' ? { kind: 'longblob' } : longtext;
  const parameters: SqlValue[] = valuesOf(planned);
  const sources = sourcesOf(statement, table, parameters.length);
  const { fields, lines } = statement;
  // With LOCAL the file cannot be stopped half way, so duplicates are left out, as in MySQL.
  const mode = statement.duplicates ?? 'ignore';
  const plan: LoadPlan = {
    table,
    targets: sources,
    assignments: planAssignments(statement, table, sources, fieldType, planned, state, run),
    format: {
      fieldsTerminatedBy: fields.terminatedBy,
      enclosedBy: fields.enclosedBy,
      escapedBy: fields.escapedBy,
      linesStartingBy: lines.startingBy,
      linesTerminatedBy: lines.terminatedBy,
      ignoreLines: statement.ignoreLines,
      maxLineLength: state.services.limits.maxAllowedPacketBytes,
    },
    charset,
  };
  return {
    kind: 'localInfile',
    fileName: statement.file,
    async load(content) {
      let loaded = false;
      const done = await runWrite(
        async (context, overlay) => {
          // The client sends its file once.
          if (loaded)
            throw new GatewayError(
              'WRITE_CONFLICT',
              'Another statement changed the same rows; load the file again',
            );
          loaded = true;
          const zeroIsValue = state.variables.sqlMode.includes('NO_AUTO_VALUE_ON_ZERO');
          const mayBulk = state.transaction === undefined;
          const inserter = new Inserter(table, { mode, onDuplicate: null }, context, overlay, {
            zeroIsValue,
            lenience: mode === 'ignore' ? mode : state.variables.lenience,
            fromFile: true,
            mayBulk,
          });
          try {
            const records = await loadRows(plan, content, inserter, context, parameters);
            const outcome = inserter.outcome();
            const skipped = mode === 'ignore' ? records - outcome.affectedRows : 0;
            const deleted = mode === 'replace' ? outcome.affectedRows - records : 0;
            return {
              ...outcome,
              info: `Records: ${records}  Deleted: ${deleted}  Skipped: ${skipped}  Warnings: 0`,
            };
          } catch (error) {
            await inserter.abort();
            throw error;
          }
        },
        { tables: [table], retryDuplicates: true },
        parameters,
        state,
        run,
      );
      const work = { reads: false, writes: true, unsafe: false, resultSet: false };
      state.tracker.worked(work, state.variables.autocommit);
      return done;
    },
  };
}
