/** Who may GRANT: GRANT OPTION at the level and every privilege given away; of roles, their administrators. */
import type { CatalogSnapshot } from '../../catalog/catalog.ts';
import type { Need } from '../../catalog/need.ts';
import type { Privilege } from '../../catalog/privileges.ts';
import type { AccountName } from '../../catalog/schema.ts';
import type { Utility } from '../../sql/statement.ts';
import { accountName } from './accounts.ts';
import { privilegesAt, targetOf } from './grants.ts';

interface GrantContext {
  readonly catalog: CatalogSnapshot;
  readonly database: string | undefined;
  readonly account: AccountName;
}

type GrantStatement = Extract<Utility, { kind: 'grant' | 'revoke' }>;
type RoleStatement = Extract<Utility, { kind: 'grantRole' | 'revokeRole' }>;

/** Errors of the list itself (1064, 1144, 1221) come first. */
export function grantNeeds(statement: GrantStatement, context: GrantContext): Need[] {
  const { object } = statement;
  if (object === null) return [{ kind: 'global', anyOf: ['CREATE USER'] }];
  const target = targetOf(object, context.database);
  const given = privilegesAt(statement.privileges, target);
  const privileges = [...new Set<Privilege>([...given.privileges, 'GRANT OPTION'])];
  switch (target.level) {
    case 'global':
      return privileges.map((privilege) => ({ kind: 'grantGlobal', privilege }));
    case 'database':
      return privileges.map((privilege) => ({ kind: 'database', database: target.database, privilege }));
    case 'server':
      return privileges.map((privilege) => ({ kind: 'grantServer', server: target.server, privilege }));
    case 'relation': {
      const { database, name } = target;
      const whole = privileges.map((privilege): Need => {
        return { kind: 'grantRelation', database, name, privilege, column: undefined };
      });
      const columns = given.columns.map(({ privilege, column }): Need => {
        return { kind: 'grantRelation', database, name, privilege, column };
      });
      return [...whole, ...columns];
    }
  }
}

/** WITH ADMIN OPTION of each role, or ROLE_ADMIN. Error 1227. */
export function roleNeeds(statement: RoleStatement, context: GrantContext): Need[] {
  const { user, host } = context.account;
  const own = context.catalog.account(user, host)?.roles ?? [];
  const administers = statement.roles.every((node) => {
    const role = accountName(node, context);
    return own.some((each) => each.admin && each.user === role.user && each.host === role.host);
  });
  return administers ? [] : [{ kind: 'global', anyOf: ['ROLE_ADMIN', 'SUPER'] }];
}
