/** SET ROLE, and which roles are active. */
import { defaultRolesOf, sameAccount } from '../../catalog/accounts.ts';
import type { AccountDef, AccountName } from '../../catalog/schema.ts';
import type { RoleChoice } from '../../sql/statement.ts';
import { notGranted } from './accounts.ts';

/** The roles that are active and that the account still has; its default roles where none were chosen. */
export function activeRolesOf(
  account: AccountDef | undefined,
  chosen: readonly AccountName[] | undefined,
): readonly AccountName[] {
  if (account === undefined) return [];
  return (chosen ?? defaultRolesOf(account)).filter((role) =>
    account.roles.some((granted) => sameAccount(granted, role)),
  );
}

/** CURRENT_ROLE(), as MySQL 8.0 spells it. */
export function rolesText(roles: readonly AccountName[]): string {
  if (roles.length === 0) return 'NONE';
  const names = roles.map(({ user, host }) => `\`${user}\`@\`${host}\``);
  return names.sort().join(',');
}

/** The roles that SET ROLE makes active, undefined for the default ones. Error 3530 for one that it has not. */
export function chosenRoles(
  choice: RoleChoice,
  own: AccountName,
  account: AccountDef | undefined,
): readonly AccountName[] | undefined {
  const granted = account?.roles ?? [];
  if (choice.kind === 'default') return undefined;
  if (choice.kind !== 'these' && choice.kind !== 'allExcept') return choice.kind === 'all' ? granted : [];
  const named = choice.roles.map(({ user, host }) => (user === null ? own : { user, host }));
  if (choice.kind === 'allExcept') {
    return granted.filter((role) => !named.some((name) => sameAccount(name, role)));
  }
  for (const role of named) {
    if (!granted.some((each) => sameAccount(each, role))) throw notGranted(role, own);
  }
  return named;
}
