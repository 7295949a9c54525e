/** Statements that have no plan: they are told apart here and run by the file of their family. */
import { notSupported } from '../../base/errors.ts';
import type { Expr, PointNode, TableName } from '../../sql/ast.ts';
import type { SetItem, SetStatement, Statement } from '../../sql/statement.ts';
import type { Point } from '../../time/point.ts';
import { chosenRoles } from '../accounts/roles.ts';
import { isDdl } from '../ddl/ddl.ts';
import { evaluateExprs, evaluatePointNode } from '../evaluate.ts';
import { runExplain } from '../explain.ts';
import { type PlannedStatement, planShape, type StatementInput } from '../planning.ts';
import { deallocate, namedInput, prepareNamed } from '../prepared.ts';
import type { OkResult, StatementResult } from '../result.ts';
import { noRoutine } from '../show/no-routine.ts';
import type { SessionState } from '../state.ts';
import type { StatementRun } from '../statement-run.ts';
import type { EvaluatedSetItem } from '../variables/variables.ts';
import { runDdl, runTruncate } from './ddl.ts';
import { runLoadData } from './load.ts';
import { commitTransaction, okResult, runPlanned } from './planned.ts';
import { runShow } from './show.ts';
import { runTransaction } from './transaction.ts';
import { runFlush, runKill, selectDatabase } from './utility.ts';

/** Plans a statement and runs it. */
function runInput(input: StatementInput, state: SessionState, run: StatementRun): Promise<StatementResult> {
  if (Array.isArray(input.placeholders)) run.placeholders = input.placeholders;
  const planned = planShape(input, state, run);
  return planned.kind === 'statement' ? runStatement(planned, state, run) : runPlanned(planned, state, run);
}

/** Runs a statement that the planner has no plan for. */
export async function runStatement(
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<StatementResult> {
  const { statement } = planned;
  if (isDdl(statement)) return runDdl(statement, planned, state, run);
  switch (statement.kind) {
    case 'truncate':
      return runTruncate(statement.table, state, run);
    case 'startTransaction':
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'rollbackTo':
    case 'releaseSavepoint':
    case 'lockTables':
    case 'unlockTables':
      return runTransaction({ statement, asOf: await pointOf(statement, planned, state, run) }, state, run);
    case 'set':
      return runSet(statement, planned, state, run);
    case 'show':
    case 'describe':
    case 'help':
    case 'tableMaintenance':
      return runShow(statement, planned, state, run);
    case 'explain':
      return runExplain(statement, planned, state, run);
    case 'loadData':
      return runLoadData(statement, planned, state, run);
    default:
      return runUtility(statement, planned, state, run);
  }
}

type Rest = Exclude<Statement, { kind: 'set' | 'show' | 'describe' | 'explain' | 'loadData' }>;

async function runUtility(
  statement: Rest,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<StatementResult> {
  state.services.counters.route('other');
  const evaluate = (exprs: readonly Expr[]) => evaluateExprs(exprs, planned, state, run);
  switch (statement.kind) {
    case 'use':
      selectDatabase(statement.database, state);
      return okResult();
    case 'kill': {
      const [id] = await evaluate([statement.id]);
      const killed = runKill(statement.target, BigInt(Math.trunc(Number(id?.value ?? 0))), state);
      // It may have been this very statement.
      run.throwIfInterrupted();
      return killed;
    }
    case 'flush':
      return runFlush(statement, state);
    case 'prepare': {
      const [text] = await evaluate([statement.text]);
      return prepareNamed(statement.name, String(text?.value ?? ''), state, run);
    }
    case 'execute':
      return runInput(namedInput(statement, state), state, run);
    case 'deallocate':
      return deallocate(statement.name, state);
    case 'do':
      await evaluate(statement.exprs);
      return okResult({ warningCount: run.warningCount });
    case 'setRole':
      state.chooseRoles(chosenRoles(statement.roles, state.accountName, state.accountRecord));
      return okResult();
    case 'dropRoutine': {
      const missing = noRoutine(statement.routine, qualified(statement.name, state));
      if (!statement.ifExists) throw missing;
      run.addWarning({ level: 'Note', errno: missing.errno, message: missing.message });
      return okResult({ warningCount: run.warningCount });
    }
    case 'call':
      throw noRoutine('procedure', qualified(statement.procedure, state));
    case 'setFor':
      throw notSupported('SET STATEMENT … FOR');
    case 'explainConnection':
      throw notSupported('EXPLAIN FOR CONNECTION');
    default:
      throw notSupported(statement.kind);
  }
}

/** As messages name what stands in a database. */
const qualified = ({ database, name }: TableName, state: SessionState): { readonly name: string } => {
  const where = database ?? state.database;
  return { name: where === undefined ? name : `${where}.${name}` };
};

async function pointOf(
  statement: Statement,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<Point | undefined> {
  const node: PointNode | null = statement.kind === 'startTransaction' ? statement.asOf : null;
  return node === null ? undefined : evaluatePointNode(node, planned, state, run);
}

/** Every value is evaluated before the first is assigned. Turning autocommit on commits. */
async function runSet(
  statement: Extract<SetStatement, { kind: 'set' }>,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<OkResult> {
  state.services.counters.route('other');
  const exprs = statement.items.flatMap((item) =>
    'value' in item && item.value.kind !== 'default' ? [item.value] : [],
  );
  const values = await evaluateExprs(exprs, planned, state, run);
  let next = 0;
  const items = statement.items.map((item: SetItem): EvaluatedSetItem => {
    switch (item.kind) {
      case 'systemVariable': {
        const value = item.value.kind === 'default' ? 'default' : values[next++]!;
        return { kind: item.kind, scope: item.scope, name: item.name, value };
      }
      case 'userVariable':
        return { kind: item.kind, name: item.name, value: values[next++]! };
      default:
        return item;
    }
  });
  const before = state.variables.autocommit;
  for (const warning of state.variables.apply(items)) run.addWarning(warning);
  if (!before && state.variables.autocommit) await commitTransaction(state, run);
  return okResult({ warningCount: run.warningCount });
}
