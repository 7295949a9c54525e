import { notSupported } from '../base/errors.ts';
import type { Utility } from '../sql/statement.ts';
import type { PlannedStatement } from './planning.ts';
import type { StatementResult } from './result.ts';
import type { SessionState } from './state.ts';
import type { StatementRun } from './statement-run.ts';
export async function runExplain(
  _statement: Extract<Utility, { kind: 'explain' }>,
  _planned: PlannedStatement,
  _state: SessionState,
  _run: StatementRun,
): Promise<StatementResult> {
  throw notSupported('EXPLAIN');
}
