/** Whether the session's account may run what it asks for. */
import { GatewayError } from '../../base/errors.ts';
import { fullAccess } from '../../catalog/access.ts';
import { isPasswordExpired } from '../../catalog/accounts.ts';
import { type Need, type StatementNeed, statementDenial, tableDenied } from '../../catalog/need.ts';
import type { Planned } from '../../planner/plan-statement.ts';
import type { Statement } from '../../sql/statement.ts';
import type { SessionState } from '../state.ts';
import { statementNeeds } from './statement-needs.ts';

/** Errors 1044, 1142, 1143, 1227, 1356, 1449. */
export function requireStatementNeeds(needs: readonly StatementNeed[], state: SessionState): void {
  const { access } = state;
  if (access === fullAccess) return;
  const denial = statementDenial(
    needs.filter((need) => !isOwn(need, state)),
    {
      access,
      account: state.loginName,
      catalog: state.services.journal.catalog,
    },
  );
  if (denial !== undefined) throw denial;
}

/** A temporary table is its session's, which may do everything with it. Views do not see it. */
function isOwn({ need, within }: StatementNeed, state: SessionState): boolean {
  if (within !== undefined || !('name' in need)) return false;
  return isTemporary(need.database, need.name, state);
}

function isTemporary(database: string, name: string, { temporary, services }: SessionState): boolean {
  if (temporary.size === 0) return false;
  const relation = services.journal.catalog.relation(database, name);
  return relation?.kind === 'table' && relation.temporary === true;
}

/** The same for needs of the session itself. */
export function requireNeeds(needs: readonly Need[], state: SessionState): void {
  requireStatementNeeds(
    needs.map((need) => ({ need })),
    state,
  );
}

/** What a session whose password has expired may do: change it. SET is for what drivers say at their start. */
const changesPassword = new Set<Statement['kind']>(['alterUser', 'setPassword', 'set']);

/** Error 1820 until the password that had expired at the login has been changed. */
function requirePassword(state: SessionState): void {
  if (state.identity.passwordExpired !== true) return;
  const { accountRecord } = state;
  if (accountRecord === undefined || !isPasswordExpired(accountRecord, state.services.clock.nowUs())) return;
  throw new GatewayError(
    'MUST_CHANGE_PASSWORD',
    'You must reset your password using ALTER USER statement before executing this statement.',
  );
}

/** The same for a statement without a plan. */
export function requireStatement(statement: Statement, state: SessionState): void {
  if (!changesPassword.has(statement.kind)) requirePassword(state);
  if (state.access === fullAccess) return;
  const needs = statementNeeds(statement, {
    catalog: state.services.journal.catalog,
    database: state.database,
    account: state.accountName,
  });
  requireNeeds(needs, state);
}

/** A plan remembers whom it has been allowed to, so that the next execution costs one lookup. */
export function authorizePlan(planned: Planned, state: SessionState): void {
  requirePassword(state);
  const { access } = state;
  if (planned.allowed.has(access)) return;
  requireStatementNeeds(planned.needs, state);
  planned.allowed.add(access);
}

/**
 * Throws 1142 for a table on which the account has no privilege at all, before anything tells whether the table
 * exists.
 */
export function checkNamed(database: string, name: string, command: string, state: SessionState): void {
  const { access } = state;
  if (access === fullAccess || access.seesRelation(database, name)) return;
  if (isTemporary(database, name, state)) return;
  throw tableDenied(command, name, state.loginName);
}
