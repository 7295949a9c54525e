/**
 * Accounts: CREATE, ALTER, DROP and RENAME USER, SET PASSWORD, CREATE and DROP ROLE. Passwords are kept as what
 * MySQL's two plugins need to check a login, SHA1(SHA1(p)) and SHA256(SHA256(p)), never in clear.
 */
import { createHash } from 'node:crypto';
import { GatewayError, notSupported } from '../../base/errors.ts';
import { newAccount, sameAccount } from '../../catalog/accounts.ts';
import type { AccountDef, AccountName, CatalogChange, LoginRequirement } from '../../catalog/schema.ts';
import type {
  Account,
  AccountOptions,
  AccountSpec,
  NamedRoles,
  SetStatement,
  Utility,
} from '../../sql/statement.ts';
import { type DdlContext, type DdlPlan, planOf } from '../ddl/context.ts';
import { note, type StatementWarning } from '../warning.ts';

const twice = (algorithm: 'sha1' | 'sha256', password: string): string =>
  createHash(algorithm).update(createHash(algorithm).update(password).digest()).digest('hex');

/** The hashes that an account keeps of a password; both empty for none. */
export function passwordHashes(password: string): Pick<AccountDef, 'nativeHash' | 'sha2Hash'> {
  if (password === '') return { nativeHash: '', sha2Hash: '' };
  return { nativeHash: twice('sha1', password), sha2Hash: twice('sha256', password) };
}

/** `'user'@'host'`, as MySQL's messages name accounts. */
export const accountText = ({ user, host }: AccountName): string => `'${user}'@'${host}'`;

/** CURRENT_USER is the session's own account. */
export const accountName = (account: Account, context: Pick<DdlContext, 'account'>): AccountName =>
  account.user === null ? context.account : { user: account.user, host: account.host };

const failed = (operation: string, account: AccountName): GatewayError =>
  new GatewayError('ACCOUNT_OPERATION_FAILED', `Operation ${operation} failed for ${accountText(account)}`);

/** Error 3523. */
export const unknownAuthorization = (account: AccountName): GatewayError =>
  new GatewayError(
    'UNKNOWN_AUTHORIZATION_ID',
    `Unknown authorization ID \`${account.user}\`@\`${account.host}\``,
  );

/** MySQL's own bounds of the two columns. */
const maxUserLength = 32;
const maxHostLength = 255;

/** Errors 1470 (too long) and 1396: an account without a name would let anybody in. */
function checkName({ user, host }: AccountName, operation: string): void {
  if (user.length > maxUserLength || host.length > maxHostLength) {
    throw new GatewayError(
      'IDENTIFIER_TOO_LONG',
      `String '${user}@${host}' is too long for user or host name`,
    );
  }
  if (user === '' || host.includes('@')) throw failed(operation, { user, host });
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

/** What an account keeps of a new password. */
const newPassword = (password: string, { nowUs }: DdlContext): Partial<AccountDef> => ({
  ...passwordHashes(password),
  passwordSetMs: Number(nowUs / 1000n),
  passwordExpired: false,
});

/** REPLACE. Error 3892. */
function checkReplaced({ replaced }: { readonly replaced: string | null }, account: AccountDef): void {
  if (replaced === null || passwordHashes(replaced).sha2Hash === account.sha2Hash) return;
  throw new GatewayError(
    'INCORRECT_CURRENT_PASSWORD',
    'Incorrect current password. Specify the correct password which has to be replaced.',
  );
}

function expiryOf({ passwordExpiry }: AccountOptions): Partial<AccountDef> {
  if (passwordExpiry === null) return {};
  if (passwordExpiry === 'now') return { passwordExpired: true };
  return { passwordDays: passwordExpiry };
}

function requirementOf({ requirement }: AccountOptions): LoginRequirement | undefined {
  if (requirement === null) return undefined;
  if (requirement.kind !== 'specified') return { kind: requirement.kind };
  return { kind: 'certificate', subject: requirement.subject, issuer: requirement.issuer };
}

/** The account with what the options say. */
function withOptions(account: AccountDef, options: AccountOptions): AccountDef {
  const unlocks =
    options.locked === false || options.failedLoginAttempts !== null || options.passwordLockTime !== null;
  return {
    ...account,
    requirement: requirementOf(options) ?? account.requirement,
    locked: options.locked ?? account.locked,
    failedLoginAttempts: options.failedLoginAttempts ?? account.failedLoginAttempts,
    lockDays: options.passwordLockTime ?? account.lockDays,
    ...expiryOf(options),
    ...(unlocks ? { lockEpoch: (account.lockEpoch ?? 0) + 1 } : {}),
  };
}

/** DEFAULT ROLE as the account keeps it. Error 3523 for an unknown role, 3530 for one it has not. */
function defaultRolesOf(
  choice: NamedRoles,
  account: AccountDef,
  context: DdlContext,
): AccountDef['defaultRoles'] {
  if (choice.kind !== 'these') return choice.kind === 'all' ? 'all' : [];
  return choice.roles.map((role) => {
    const name = accountName(role, context);
    if (context.catalog.account(name.user, name.host) === undefined) throw unknownAuthorization(name);
    if (!account.roles.some((granted) => sameAccount(granted, name))) throw notGranted(name, account);
    return name;
  });
}

/** Error 3530. */
export const notGranted = (role: AccountName, account: AccountName): GatewayError =>
  new GatewayError(
    'ROLE_NOT_GRANTED',
    `\`${role.user}\`@\`${role.host}\` is not granted to \`${account.user}\`@\`${account.host}\``,
  );

type UserStatement = Extract<Utility, { kind: 'createUser' | 'alterUser' }>;
type RoleStatement = Extract<Utility, { kind: 'createRole' | 'dropRole' }>;

/** Error 1396 for one that exists, a note with IF NOT EXISTS. DEFAULT ROLE grants the roles too. */
export function createUsers(statement: UserStatement, context: DdlContext): DdlPlan {
  const changes: CatalogChange[] = [];
  const warnings: StatementWarning[] = [];
  const seen: AccountName[] = [];
  for (const spec of statement.users) {
    const name = accountName(spec.account, context);
    checkName(name, 'CREATE USER');
    const hashes = passwordHashes(givenPassword(spec) ?? '');
    const exists = context.catalog.account(name.user, name.host) !== undefined;
    if (exists && statement.conditional) {
      warnings.push(note(3163, `Authorization ID ${accountText(name)} already exists.`));
      continue;
    }
    if (exists || seen.some((other) => sameAccount(other, name))) throw failed('CREATE USER', name);
    seen.push(name);
    const created = { ...newAccount(name, hashes), passwordSetMs: Number(context.nowUs / 1000n) };
    const account = withDefaultRoles(created, statement.defaultRoles, context);
    changes.push({ kind: 'putAccount', account: withOptions(account, statement.options) });
  }
  return planOf(changes, warnings);
}

/** A new account's default roles are granted to it. */
function withDefaultRoles(account: AccountDef, choice: NamedRoles | null, context: DdlContext): AccountDef {
  if (choice === null) return account;
  const names = choice.kind === 'these' ? choice.roles.map((role) => accountName(role, context)) : [];
  const granted = { ...account, roles: names.map((name) => ({ ...name, admin: false })) };
  return { ...granted, defaultRoles: defaultRolesOf(choice, granted, context) };
}

/** Error 1396 for one that does not exist, a note with IF EXISTS. */
export function alterUsers(statement: UserStatement, context: DdlContext): DdlPlan {
  const changes: CatalogChange[] = [];
  const warnings: StatementWarning[] = [];
  for (const spec of statement.users) {
    const name = accountName(spec.account, context);
    const password = givenPassword(spec);
    const existing = context.catalog.account(name.user, name.host);
    if (existing === undefined) {
      if (!statement.conditional) throw failed('ALTER USER', name);
      warnings.push(note(3162, `Authorization ID ${accountText(name)} does not exist.`));
      continue;
    }
    checkReplaced(spec, existing);
    const hashes = password === undefined ? {} : newPassword(password, context);
    const { defaultRoles } = statement;
    const roles =
      defaultRoles === null ? {} : { defaultRoles: defaultRolesOf(defaultRoles, existing, context) };
    changes.push({
      kind: 'putAccount',
      account: withOptions({ ...existing, ...hashes, ...roles }, statement.options),
    });
  }
  return planOf(changes, warnings);
}

/** SET DEFAULT ROLE. Errors 1396, 3523, 3530. */
export function setDefaultRoles(choice: NamedRoles, users: readonly Account[], context: DdlContext): DdlPlan {
  return planOf(
    users.map((user) => {
      const name = accountName(user, context);
      const existing = context.catalog.account(name.user, name.host);
      if (existing === undefined) throw failed('SET DEFAULT ROLE', name);
      const defaultRoles = defaultRolesOf(choice, existing, context);
      return { kind: 'putAccount', account: { ...existing, defaultRoles } };
    }),
  );
}

/** CREATE ROLE: an account that nobody logs in to. */
export function createRoles(statement: RoleStatement, context: DdlContext): DdlPlan {
  const changes: CatalogChange[] = [];
  const warnings: StatementWarning[] = [];
  for (const role of statement.roles) {
    const name = accountName(role, context);
    checkName(name, 'CREATE ROLE');
    if (context.catalog.account(name.user, name.host) === undefined) {
      changes.push({ kind: 'putAccount', account: { ...newAccount(name), locked: true, isRole: true } });
    } else if (statement.conditional) {
      warnings.push(note(3163, `Authorization ID ${accountText(name)} already exists.`));
    } else {
      throw failed('CREATE ROLE', name);
    }
  }
  return planOf(changes, warnings);
}

/** DROP USER and DROP ROLE: with it go its grants, and itself as a role of others. */
export function dropAccounts(
  operation: 'DROP USER' | 'DROP ROLE',
  accounts: readonly Account[],
  ifExists: boolean,
  context: DdlContext,
): DdlPlan {
  const dropped: AccountName[] = [];
  const warnings: StatementWarning[] = [];
  for (const account of accounts) {
    const name = accountName(account, context);
    if (context.catalog.account(name.user, name.host) !== undefined) dropped.push(name);
    else if (ifExists) warnings.push(note(3162, `Authorization ID ${accountText(name)} does not exist.`));
    else throw failed(operation, name);
  }
  const isDropped = (name: AccountName): boolean => dropped.some((other) => sameAccount(other, name));
  const changes: CatalogChange[] = dropped.map(({ user, host }) => ({ kind: 'dropAccount', user, host }));
  for (const account of context.catalog.accounts) {
    if (isDropped(account) || !account.roles.some(isDropped)) continue;
    changes.push({ kind: 'putAccount', account: withRoles(account, (role) => !isDropped(role)) });
  }
  return planOf(changes, warnings);
}

/** The account with only the roles that `keep` keeps. */
export function withRoles(account: AccountDef, keep: (role: AccountName) => boolean): AccountDef {
  const { defaultRoles } = account;
  return {
    ...account,
    roles: account.roles.filter(keep),
    defaultRoles: defaultRoles === 'all' ? 'all' : defaultRoles.filter(keep),
  };
}

/** Grants go with the account; where it was a role of others it stays one under its new name. */
export function renameUsers(
  renames: readonly { readonly from: Account; readonly to: Account }[],
  context: DdlContext,
): DdlPlan {
  const changed = new Map<string, AccountDef | undefined>();
  const keyOf = ({ user, host }: AccountName): string => `${user}\0${host}`;
  for (const account of context.catalog.accounts) changed.set(keyOf(account), account);
  const before = new Map(changed);
  for (const rename of renames) {
    const from = accountName(rename.from, context);
    const to = accountName(rename.to, context);
    checkName(to, 'RENAME USER');
    const existing = changed.get(keyOf(from));
    if (existing === undefined || changed.get(keyOf(to)) !== undefined) throw failed('RENAME USER', from);
    const renamed = <N extends AccountName>(name: N): N =>
      sameAccount(name, from) ? { ...name, ...to } : name;
    changed.set(keyOf(from), undefined);
    changed.set(keyOf(to), { ...existing, ...to });
    for (const [key, account] of changed) {
      if (account === undefined || !account.roles.some((role) => sameAccount(role, from))) continue;
      const { defaultRoles } = account;
      changed.set(key, {
        ...account,
        roles: account.roles.map(renamed),
        defaultRoles: defaultRoles === 'all' ? 'all' : defaultRoles.map(renamed),
      });
    }
  }
  const changes: CatalogChange[] = [];
  for (const [key, account] of changed) {
    const old = before.get(key);
    if (account === old) continue;
    if (account !== undefined) changes.push({ kind: 'putAccount', account });
    else if (old !== undefined) changes.push({ kind: 'dropAccount', user: old.user, host: old.host });
  }
  return planOf(changes);
}

/** Error 1133 for an unknown account. */
export function setPassword(
  statement: Extract<SetStatement, { kind: 'setPassword' }>,
  context: DdlContext,
): DdlPlan {
  const { account, password } = statement;
  const name = account === null ? context.account : accountName(account, context);
  const existing = context.catalog.account(name.user, name.host);
  if (existing === undefined) {
    throw new GatewayError('NO_SUCH_ACCOUNT', "Can't find any matching row in the user table");
  }
  checkReplaced(statement, existing);
  return planOf([{ kind: 'putAccount', account: { ...existing, ...newPassword(password, context) } }]);
}
