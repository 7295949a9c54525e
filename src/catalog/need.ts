/** What a statement needs privileges for, as data; and the error when they are missing, MySQL's by number and text. */
import { assertNever } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import type { Access } from './access.ts';
import type { Privilege } from './privileges.ts';
import type { AccountName } from './schema.ts';

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
    }
  /** Any privilege on the table: what it takes to see its definition. `command` is for the message. */
  | {
      readonly kind: 'seeRelation';
      readonly database: string;
      readonly name: string;
      readonly command: string;
    }
  | { readonly kind: 'server'; readonly server: string };

/** A need of a view's query, to be met by the view's definer. */
export interface DefinerNeed {
  readonly definer: string;
  /** `db.view`, for error 1356. */
  readonly view: string;
  readonly need: Need;
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

/** Error 1227. */
export const privilegeMissing = (anyOf: readonly Privilege[]): GatewayError =>
  new GatewayError(
    'ACCESS_DENIED_COMMAND',
    `Access denied; you need (at least one of) the ${anyOf.join(', ')} privilege(s) for this operation`,
  );

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
    case 'server':
      return access.usesServer(need.server) ? undefined : privilegeMissing(['USE SERVER']);
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
  return new GatewayError(
    'COLUMN_ACCESS_DENIED',
    `${privilege} command denied to user ${who(account)} for column '${denied}' in table '${name}'`,
  );
}
