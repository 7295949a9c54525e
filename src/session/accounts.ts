/**
 * Accounts: CREATE, ALTER, DROP and RENAME USER, SET PASSWORD, GRANT and REVOKE. Passwords are kept as what
 * MySQL's two plugins need to check a login, SHA1(SHA1(p)) and SHA256(SHA256(p)), never in clear.
 *
 * Every account may do everything: GRANT ALL ON *.* changes nothing, any other GRANT or REVOKE is error 1235
 * rather than a promise that is not kept.
 */
import { createHash } from 'node:crypto';
import { GatewayError, notSupported } from '../base/errors.ts';
import type { AccountDef, CatalogChange } from '../catalog/schema.ts';
import type { Account, AccountSpec, Utility } from '../sql/statement.ts';
import { type DdlContext, type DdlPlan, planOf } from './ddl-context.ts';
import { note, type StatementWarning } from './warning.ts';

const twice = (algorithm: 'sha1' | 'sha256', password: string): string =>
  createHash(algorithm).update(createHash(algorithm).update(password).digest()).digest('hex');

/** The hashes that an account keeps of a password; both empty for none. */
export function passwordHashes(password: string): Pick<AccountDef, 'nativeHash' | 'sha2Hash'> {
  if (password === '') return { nativeHash: '', sha2Hash: '' };
  return { nativeHash: twice('sha1', password), sha2Hash: twice('sha256', password) };
}

export interface AccountName {
  readonly user: string;
  readonly host: string;
}

/** `'user'@'host'`, as MySQL's messages name accounts. */
export const accountText = ({ user, host }: AccountName): string => `'${user}'@'${host}'`;

/** CURRENT_USER is the session's own account. */
export const accountName = (account: Account, context: Pick<DdlContext, 'account'>): AccountName =>
  account.user === null ? context.account : { user: account.user, host: account.host };

const failed = (operation: string, account: AccountName): GatewayError =>
  new GatewayError('ACCOUNT_OPERATION_FAILED', `Operation ${operation} failed for ${accountText(account)}`);

/** MySQL's own bounds of the two columns. */
const maxUserLength = 32;
const maxHostLength = 255;

function checkName({ user, host }: AccountName): void {
  if (user.length > maxUserLength || host.length > maxHostLength) {
    throw new GatewayError(
      'IDENTIFIER_TOO_LONG',
      `String '${user}@${host}' is too long for user or host name`,
    );
  }
}

const plugins = new Set(['mysql_native_password', 'caching_sha2_password', 'sha256_password']);

/** The password that IDENTIFIED says; undefined when it says nothing. Errors 1524, 1235. */
function givenPassword(spec: AccountSpec): string | undefined {
  if (spec.plugin !== null && !plugins.has(spec.plugin.toLowerCase())) {
    throw new GatewayError('UNKNOWN_AUTH_PLUGIN', `Plugin '${spec.plugin}' is not loaded`);
  }
  // A hash of one plugin cannot be checked by the other, and clients choose the plugin.
  if (spec.hash !== null) throw notSupported("IDENTIFIED … AS 'hash'");
  return spec.password ?? undefined;
}

/** Error 1396 for one that exists, a note with IF NOT EXISTS. */
export function createUsers(
  specs: readonly AccountSpec[],
  ifNotExists: boolean,
  context: DdlContext,
): DdlPlan {
  const changes: CatalogChange[] = [];
  const warnings: StatementWarning[] = [];
  for (const spec of specs) {
    const account = accountName(spec.account, context);
    checkName(account);
    const password = givenPassword(spec) ?? '';
    if (context.catalog.account(account.user, account.host) === undefined) {
      changes.push({ kind: 'putAccount', account: { ...account, ...passwordHashes(password) } });
    } else if (ifNotExists) {
      warnings.push(note(3163, `Authorization ID ${accountText(account)} already exists.`));
    } else {
      throw failed('CREATE USER', account);
    }
  }
  return planOf(changes, warnings);
}

/** Error 1396 for one that does not exist, a note with IF EXISTS. */
export function alterUsers(specs: readonly AccountSpec[], ifExists: boolean, context: DdlContext): DdlPlan {
  const changes: CatalogChange[] = [];
  const warnings: StatementWarning[] = [];
  for (const spec of specs) {
    const name = accountName(spec.account, context);
    const password = givenPassword(spec);
    const existing = context.catalog.account(name.user, name.host);
    if (existing === undefined) {
      if (!ifExists) throw failed('ALTER USER', name);
      warnings.push(note(3162, `Authorization ID ${accountText(name)} does not exist.`));
    } else if (password !== undefined) {
      changes.push({ kind: 'putAccount', account: { ...existing, ...passwordHashes(password) } });
    }
  }
  return planOf(changes, warnings);
}

export function dropUsers(accounts: readonly Account[], ifExists: boolean, context: DdlContext): DdlPlan {
  const changes: CatalogChange[] = [];
  const warnings: StatementWarning[] = [];
  for (const account of accounts) {
    const name = accountName(account, context);
    if (context.catalog.account(name.user, name.host) !== undefined) {
      changes.push({ kind: 'dropAccount', ...name });
    } else if (ifExists) {
      warnings.push(note(3162, `Authorization ID ${accountText(name)} does not exist.`));
    } else {
      throw failed('DROP USER', name);
    }
  }
  return planOf(changes, warnings);
}

export function renameUsers(
  renames: readonly { readonly from: Account; readonly to: Account }[],
  context: DdlContext,
): DdlPlan {
  const changes: CatalogChange[] = [];
  for (const rename of renames) {
    const from = accountName(rename.from, context);
    const to = accountName(rename.to, context);
    checkName(to);
    const existing = context.catalog.account(from.user, from.host);
    if (existing === undefined || context.catalog.account(to.user, to.host) !== undefined) {
      throw failed('RENAME USER', from);
    }
    changes.push({ kind: 'putAccount', account: { ...existing, ...to } }, { kind: 'dropAccount', ...from });
  }
  return planOf(changes);
}

/** Error 1133 for an unknown account. */
export function setPassword(account: Account | null, password: string, context: DdlContext): DdlPlan {
  const name = account === null ? context.account : accountName(account, context);
  const existing = context.catalog.account(name.user, name.host);
  if (existing === undefined) {
    throw new GatewayError('NO_SUCH_ACCOUNT', "Can't find any matching row in the user table");
  }
  return planOf([{ kind: 'putAccount', account: { ...existing, ...passwordHashes(password) } }]);
}

/** GRANT ALL (or USAGE) ON *.* to accounts that exist; everything else is error 1235 or 1410. */
export function grant(
  statement: Extract<Utility, { kind: 'grant' | 'revoke' }>,
  context: DdlContext,
): DdlPlan {
  const { kind, privileges, object, users } = statement;
  const names = privileges.map(({ name }) => name.replace(/ PRIVILEGES$/, '')).join(', ');
  const everywhere = object !== null && object.database === null && object.name === null && !object.current && object.server === null;
  if (kind === 'revoke' || !everywhere || (names !== 'ALL' && names !== 'USAGE')) {
    throw notSupported(`${kind.toUpperCase()} ${names} (every account has all privileges)`);
  }
  for (const user of users) {
    const name = accountName(user, context);
    if (context.catalog.account(name.user, name.host) === undefined) {
      throw new GatewayError('NO_SUCH_GRANTEE', 'You are not allowed to create a user with GRANT');
    }
  }
  return planOf([]);
}
