/** BEGIN, COMMIT, ROLLBACK, savepoints, LOCK TABLES. */
import { assertNever } from '../../base/assert.ts';
import { resolveAsOf } from '../../executor/points.ts';
import type { Transaction as TransactionStatement } from '../../sql/statement.ts';
import type { Point } from '../../time/point.ts';
import type { OkResult } from '../result.ts';
import type { SessionState } from '../state.ts';
import type { StatementRun } from '../statement-run.ts';
import { commitTransaction, okResult } from './planned.ts';

export interface TransactionInput {
  readonly statement: TransactionStatement;
  /** The value of START TRANSACTION … AS OF. */
  readonly asOf: Point | undefined;
}

export async function runTransaction(
  input: TransactionInput,
  state: SessionState,
  run: StatementRun,
): Promise<OkResult> {
  const { statement } = input;
  switch (statement.kind) {
    case 'startTransaction': {
      await commitTransaction(state, run);
      const { asOf } = input;
      if (asOf !== undefined) {
        // A point that no table could be read at is told here and not by the first SELECT.
        resolveAsOf(asOf, undefined, { journal: state.services.journal, nowUs: run.nowUs });
      }
      const transaction = state.begin({
        ...(statement.accessMode === null ? {} : { readOnly: statement.accessMode === 'read only' }),
        ...(asOf === undefined ? {} : { asOf }),
      });
      if (statement.consistentSnapshot) transaction.view(state.services.journal);
      const { accessMode, consistentSnapshot: snapshot } = statement;
      state.tracker.begun({ accessMode, snapshot, asOf });
      state.tracker.tablesLocked(false);
      return okResult();
    }
    case 'commit':
    case 'rollback': {
      const before = state.transaction;
      const { characteristics } = state.tracker;
      if (statement.kind === 'commit') await commitTransaction(state, run);
      else state.transaction = undefined;
      if (statement.chain === true) {
        state.begin({ ...(before === undefined ? {} : { readOnly: before.readOnly }) });
        state.tracker.nextTransaction(characteristics);
        state.tracker.begun({});
      }
      if (statement.release === true) state.disconnect();
      return okResult();
    }
    case 'savepoint':
      // Outside of a transaction a savepoint is forgotten at once, as under autocommit in MySQL.
      state.transactionForStatement()?.savepoint(statement.name);
      return okResult();
    case 'rollbackTo':
      (state.transactionForStatement() ?? state.noTransaction()).rollbackTo(statement.name);
      return okResult();
    case 'releaseSavepoint':
      (state.transactionForStatement() ?? state.noTransaction()).release(statement.name);
      return okResult();
    case 'lockTables':
      // Dump and migration tools lock what they read or load. Readers see one version here, and writers that
      // meet are told apart by key at their commit, so there is nothing to hold; the open transaction ends.
      await commitTransaction(state, run);
      state.tracker.tablesLocked(true);
      return okResult();
    case 'unlockTables':
      state.tracker.tablesLocked(false);
      return okResult();
    default:
      return assertNever(statement);
  }
}
