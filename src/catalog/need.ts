/** What a statement needs privileges for, as data; and the error when they are missing, MySQL's by number and text. */
import { assertNever } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import { type Access, definerAccess } from './access.ts';
import { accountOfText } from './accounts.ts';
import type { Privilege } from './privileges.ts';
import type { AccountDef, AccountName } from './schema.ts';

export type Need =
  | { readonly kind: 'global'; readonly anyOf: readonly Privilege[] }
  /** On `db.*`. */
  | { readonly kind: 'database'; readonly database: string; readonly privilege: Privilege }
  /** Any privilege on the database or in it. */
  | { readonly kind: 'enterDatabase'; readonly database: string }
  | {
      readonly kind: 'relation';
      readonly database: string;
      readonly name: string;
      readonly privilege: Privilege;
      /** These columns, or at least one, or the table as a whole. */
      readonly columns: readonly string[] | 'any' | 'whole';
      /** They were named by `*`, or by no list at all: the refusal names the table and no column. */
      readonly all?: boolean;
    }
  /**
   * Any privilege on the table or a column of it: what it takes to see its columns; or on the table itself, to
   * see all of its definition. `command` is for the message.
   */
  | {
      readonly kind: 'seeRelation' | 'seeWholeRelation';
      readonly database: string;
      readonly name: string;
      readonly command: string;
    }
  | { readonly kind: 'server'; readonly server: string }
  /** To give a privilege away, at each level. */
  | { readonly kind: 'grantGlobal'; readonly privilege: Privilege }
  | {
      readonly kind: 'grantRelation';
      readonly database: string;
      readonly name: string;
      readonly privilege: Privilege;
      readonly column: string | undefined;
    }
  | { readonly kind: 'grantServer'; readonly server: string; readonly privilege: Privilege };

/** A need of a statement. */
export interface StatementNeed {
  readonly need: Need;
  /** In a view's query: the view as `db.view`, and who must have the rights; undefined for the session. */
  readonly within?: { readonly view: string; readonly definer: string | undefined };
}

const who = ({ user, host }: AccountName): string => `'${user}'@'${host}'`;

export const tableDenied = (command: string, table: string, account: AccountName): GatewayError =>
  new GatewayError(
    'TABLE_ACCESS_DENIED',
    `${command} command denied to user ${who(account)} for table '${table}'`,
  );

export const databaseDenied = (database: string, account: AccountName): GatewayError =>
  new GatewayError(
    'ACCESS_DENIED_DATABASE',
    `Access denied for user ${who(account)} to database '${database}'`,
  );

/** Error 1045, MySQL's answer to a GRANT that would give away too much on `*.*`. */
const accessDenied = (account: AccountName): GatewayError =>
  new GatewayError('GRANT_DENIED', `Access denied for user ${who(account)} (using password: YES)`);

/** Error 1227. */
export const privilegeMissing = (anyOf: readonly Privilege[]): GatewayError =>
  new GatewayError(
    'ACCESS_DENIED_COMMAND',
    `Access denied; you need (at least one of) the ${anyOf.join(', ')} privilege(s) for this operation`,
  );

/** Error 1356 for what a view's definer, or the invoker where it reads with its rights, may not do. */
function viewDenied(view: string, cause: unknown): GatewayError {
  return new GatewayError(
    'VIEW_INVALID',
    `View '${view}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them`,
    { cause },
  );
}

/** Who asks. */
export interface Asker {
  readonly access: Access;
  /** For messages. */
  readonly account: AccountName;
  readonly catalog: { account(user: string, host: string): AccountDef | undefined };
}

/** Why a statement may not run; undefined when it may. Errors 1044, 1142, 1143, 1227, 1356, 1449. */
export function statementDenial(needs: readonly StatementNeed[], asker: Asker): GatewayError | undefined {
  for (const { need, within } of needs) {
    const definer = within?.definer;
    const access = definer === undefined ? asker.access : definerAccess(asker.catalog, definer);
    if (access === undefined) {
      const { user, host } = accountOfText(definer!);
      return new GatewayError(
        'NO_SUCH_DEFINER',
        `The user specified as a definer ('${user}'@'${host}') does not exist`,
      );
    }
    const denial = denialOf(need, access, asker.account);
    if (denial !== undefined) return within === undefined ? denial : viewDenied(within.view, denial);
  }
  return undefined;
}

/** Why the access does not do for the need; undefined when it does. */
export function denialOf(need: Need, access: Access, account: AccountName): GatewayError | undefined {
  switch (need.kind) {
    case 'global':
      return need.anyOf.some((privilege) => access.global.has(privilege))
        ? undefined
        : privilegeMissing(need.anyOf);
    case 'database':
      return access.onDatabase(need.database).has(need.privilege)
        ? undefined
        : databaseDenied(need.database, account);
    case 'enterDatabase':
      return access.entersDatabase(need.database) ? undefined : databaseDenied(need.database, account);
    case 'relation':
      return relationDenial(need, access, account);
    case 'seeRelation':
      return access.seesRelation(need.database, need.name)
        ? undefined
        : tableDenied(need.command, need.name, account);
    case 'seeWholeRelation':
      return access.seesWholeRelation(need.database, need.name)
        ? undefined
        : tableDenied(need.command, need.name, account);
    case 'server':
      return access.usesServer(need.server) ? undefined : privilegeMissing(['USE SERVER']);
    case 'grantGlobal':
      return access.global.has(need.privilege) ? undefined : accessDenied(account);
    case 'grantRelation': {
      const { database, name, privilege, column } = need;
      const has =
        column === undefined
          ? access.onRelation(database, name).has(privilege)
          : access.onColumn(database, name, column, privilege);
      return has ? undefined : tableDenied('GRANT', name, account);
    }
    case 'grantServer':
      return access.onServer(need.server).has(need.privilege) ? undefined : accessDenied(account);
    default:
      return assertNever(need);
  }
}

/** 1142 without any such privilege on the table, 1143 for the first column that one on others leaves out. */
function relationDenial(
  need: Extract<Need, { kind: 'relation' }>,
  access: Access,
  account: AccountName,
): GatewayError | undefined {
  const { database, name, privilege, columns } = need;
  if (access.onRelation(database, name).has(privilege)) return undefined;
  if (columns === 'whole' || !access.onAnyColumn(database, name, privilege)) {
    return tableDenied(privilege, name, account);
  }
  if (columns === 'any') return undefined;
  const denied = columns.find((column) => !access.onColumn(database, name, column, privilege));
  if (denied === undefined) return undefined;
  if (need.all === true) return tableDenied(privilege, name, account);
  return new GatewayError(
    'COLUMN_ACCESS_DENIED',
    `${privilege} command denied to user ${who(account)} for column '${denied}' in table '${name}'`,
  );
}
