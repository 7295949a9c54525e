/** Transactions, SET, accounts and the other small statements as canonical text. */
import { assertNever } from '../../base/assert.ts';
import type {
  AccountOptions,
  AccountRequirement,
  AccountSpec,
  GrantObject,
  Privilege,
  RoleChoice,
  SetItem,
  SetStatement,
  Statement,
  Transaction,
  Utility,
} from '../statement.ts';
import { printExpr } from './definition.ts';
import { quoteName, quoteNames, quoteString, quoteWord, variableName } from './expression.ts';
import { printPoint, printTableName } from './query.ts';
import { printAccount } from './show.ts';

export function printTransaction(statement: Transaction): string {
  switch (statement.kind) {
    case 'startTransaction': {
      const options: string[] = [];
      if (statement.consistentSnapshot) options.push('WITH CONSISTENT SNAPSHOT');
      if (statement.accessMode !== null) options.push(statement.accessMode.toUpperCase());
      const asOf = statement.asOf === null ? '' : ` AS OF ${printPoint(statement.asOf)}`;
      return `START TRANSACTION${options.length === 0 ? '' : ` ${options.join(', ')}`}${asOf}`;
    }
    case 'commit':
    case 'rollback': {
      const chain = statement.chain === null ? '' : ` AND ${statement.chain ? '' : 'NO '}CHAIN`;
      const release = statement.release === null ? '' : ` ${statement.release ? '' : 'NO '}RELEASE`;
      return `${statement.kind.toUpperCase()}${chain}${release}`;
    }
    case 'savepoint':
      return `SAVEPOINT ${quoteName(statement.name)}`;
    case 'rollbackTo':
      return `ROLLBACK TO SAVEPOINT ${quoteName(statement.name)}`;
    case 'releaseSavepoint':
      return `RELEASE SAVEPOINT ${quoteName(statement.name)}`;
    case 'lockTables': {
      const tables = statement.tables.map(({ table, alias, mode }) => {
        const as = alias === null ? '' : ` AS ${quoteName(alias)}`;
        return `${printTableName(table)}${as} ${mode.toUpperCase()}`;
      });
      return `LOCK TABLES ${tables.join(', ')}`;
    }
    case 'unlockTables':
      return 'UNLOCK TABLES';
    default:
      return assertNever(statement);
  }
}

export function printSet(statement: SetStatement, print: (statement: Statement) => string): string {
  switch (statement.kind) {
    case 'set':
      return `SET ${statement.items.map(printSetItem).join(', ')}`;
    case 'setFor':
      return `SET STATEMENT ${statement.items.map(printSetItem).join(', ')} FOR ${print(statement.statement)}`;
    case 'setPassword': {
      const account = statement.account === null ? '' : ` FOR ${printAccount(statement.account)}`;
      return `SET PASSWORD${account} = ${quoteString(statement.password)}${replacedText(statement)}`;
    }
    case 'setRole':
      return `SET ROLE ${printRoles(statement.roles)}`;
    case 'setDefaultRole':
      return `SET DEFAULT ROLE ${printRoles(statement.roles)} TO ${statement.users.map(printAccount).join(', ')}`;
    default:
      return assertNever(statement);
  }
}

function printRoles(choice: RoleChoice): string {
  switch (choice.kind) {
    case 'these':
      return choice.roles.map(printAccount).join(', ');
    case 'allExcept':
      return `ALL EXCEPT ${choice.roles.map(printAccount).join(', ')}`;
    default:
      return choice.kind.toUpperCase();
  }
}

function printSetItem(item: SetItem): string {
  switch (item.kind) {
    case 'systemVariable': {
      const scope = item.scope === null ? '' : `${item.scope}.`;
      return `@@${scope}${item.name.split('.').map(quoteName).join('.')} = ${printSetValue(item)}`;
    }
    case 'userVariable':
      return `${variableName(item.name)} = ${printExpr(item.value)}`;
    case 'names': {
      const collation = item.collation === null ? '' : ` COLLATE ${quoteWord(item.collation)}`;
      return `NAMES ${item.charset === null ? 'DEFAULT' : quoteWord(item.charset)}${collation}`;
    }
    case 'characterSet':
      return `CHARACTER SET ${item.charset === null ? 'DEFAULT' : quoteWord(item.charset)}`;
    case 'transaction': {
      const parts: string[] = [];
      if (item.isolation !== null) parts.push(`ISOLATION LEVEL ${item.isolation.replace('-', ' ')}`);
      if (item.accessMode !== null) parts.push(item.accessMode.toUpperCase());
      return `${item.scope === null ? '' : `${item.scope.toUpperCase()} `}TRANSACTION ${parts.join(', ')}`;
    }
    default:
      return assertNever(item);
  }
}

/** A bare word stays one: as a string it would become a parameter. */
function printSetValue({ value }: Extract<SetItem, { kind: 'systemVariable' }>): string {
  const isWord = value.kind === 'literal' && value.parameter === null && value.literal.type === 'string';
  if (!isWord || value.kind !== 'literal' || value.literal.type !== 'string') return printExpr(value);
  return quoteName(value.literal.value);
}

function expiryText(expiry: NonNullable<AccountOptions['passwordExpiry']>): string {
  if (typeof expiry === 'number') return ` INTERVAL ${expiry} DAY`;
  return expiry === 'now' ? '' : ` ${expiry.toUpperCase()}`;
}

const replacedText = ({ replaced }: { readonly replaced: string | null }): string =>
  replaced === null ? '' : ` REPLACE ${quoteString(replaced)}`;

function printUser(spec: AccountSpec): string {
  const plugin = spec.plugin === null ? '' : ` IDENTIFIED WITH ${quoteString(spec.plugin)}`;
  const account = printAccount(spec.account);
  const replaced = replacedText(spec);
  if (spec.hash !== null) return `${account}${plugin} AS ${quoteString(spec.hash)}${replaced}`;
  if (spec.password === null) return `${account}${plugin}${replaced}`;
  return `${account}${plugin === '' ? ' IDENTIFIED' : plugin} BY ${quoteString(spec.password)}${replaced}`;
}

function printPrivilege({ name, columns }: Privilege): string {
  return columns === null ? name : `${name} (${quoteNames(columns)})`;
}

function printGrantObject({ database, name, current, server }: GrantObject): string {
  if (server !== null) return `SERVER ${quoteName(server)}`;
  if (current) return name === null ? '*' : quoteName(name);
  if (database === null) return '*.*';
  return `${quoteName(database)}.${name === null ? '*' : quoteName(name)}`;
}

function printGrant(statement: Extract<Utility, { kind: 'grant' | 'revoke' }>): string {
  const privileges = statement.privileges.map(printPrivilege).join(', ');
  const object = statement.object === null ? '' : ` ON ${printGrantObject(statement.object)}`;
  const users = statement.users.map(printAccount).join(', ');
  if (statement.kind === 'revoke') return `REVOKE ${privileges}${object} FROM ${users}`;
  return `GRANT ${privileges}${object} TO ${users}${statement.grantOption ? ' WITH GRANT OPTION' : ''}`;
}

function printGrantRole(statement: Extract<Utility, { kind: 'grantRole' | 'revokeRole' }>): string {
  const roles = statement.roles.map(printAccount).join(', ');
  const users = statement.users.map(printAccount).join(', ');
  if (statement.kind === 'revokeRole') {
    return `REVOKE ${statement.adminOption ? 'ADMIN OPTION FOR ' : ''}${roles} FROM ${users}`;
  }
  return `GRANT ${roles} TO ${users}${statement.adminOption ? ' WITH ADMIN OPTION' : ''}`;
}

function printRequirement(requirement: AccountRequirement): string {
  if (requirement.kind !== 'specified') return ` REQUIRE ${requirement.kind.toUpperCase()}`;
  const parts: string[] = [];
  if (requirement.subject !== null) parts.push(`SUBJECT ${quoteString(requirement.subject)}`);
  if (requirement.issuer !== null) parts.push(`ISSUER ${quoteString(requirement.issuer)}`);
  return ` REQUIRE ${parts.join(' AND ')}`;
}

/** What follows the accounts in CREATE and ALTER USER. */
export function printAccountOptions(options: AccountOptions): string {
  const { requirement, locked, failedLoginAttempts, passwordLockTime, passwordExpiry } = options;
  const parts = requirement === null ? [''] : [printRequirement(requirement)];
  if (failedLoginAttempts !== null) parts.push(`FAILED_LOGIN_ATTEMPTS ${failedLoginAttempts}`);
  if (passwordLockTime !== null) parts.push(`PASSWORD_LOCK_TIME ${String(passwordLockTime).toUpperCase()}`);
  if (passwordExpiry !== null) parts.push(`PASSWORD EXPIRE${expiryText(passwordExpiry)}`);
  if (locked !== null) parts.push(`ACCOUNT ${locked ? 'LOCK' : 'UNLOCK'}`);
  return parts.join(' ');
}

export function printUtility(statement: Utility, print: (statement: Statement) => string): string {
  switch (statement.kind) {
    case 'use':
      return `USE ${quoteName(statement.database)}`;
    case 'explain': {
      const format = statement.format === null ? '' : ` FORMAT = ${quoteWord(statement.format)}`;
      return `EXPLAIN${statement.analyze ? ' ANALYZE' : ''}${format} ${print(statement.statement)}`;
    }
    case 'explainConnection': {
      const format = statement.format === null ? '' : ` FORMAT = ${quoteWord(statement.format)}`;
      return `EXPLAIN${format} FOR CONNECTION ${printExpr(statement.connection)}`;
    }
    case 'kill':
      return `KILL ${statement.target.toUpperCase()} ${printExpr(statement.id)}`;
    case 'flush':
      return `FLUSH ${statement.what}${statement.tables.length === 0 ? '' : ` ${statement.tables.map(printTableName).join(', ')}`}`;
    case 'prepare':
      return `PREPARE ${quoteName(statement.name)} FROM ${printExpr(statement.text)}`;
    case 'execute': {
      const using =
        statement.using.length === 0 ? '' : ` USING ${statement.using.map(variableName).join(', ')}`;
      return `EXECUTE ${quoteName(statement.name)}${using}`;
    }
    case 'deallocate':
      return `DEALLOCATE PREPARE ${quoteName(statement.name)}`;
    case 'tableMaintenance':
      return `${statement.action.toUpperCase()} TABLE ${statement.tables.map(printTableName).join(', ')}`;
    case 'do':
      return `DO ${statement.exprs.map(printExpr).join(', ')}`;
    case 'dropRoutine': {
      const condition = statement.ifExists ? 'IF EXISTS ' : '';
      return `DROP ${statement.routine.toUpperCase()} ${condition}${printTableName(statement.name)}`;
    }
    case 'call':
      return `CALL ${printTableName(statement.procedure)}(${statement.args.map(printExpr).join(', ')})`;
    case 'help':
      return `HELP ${quoteString(statement.topic)}`;
    case 'createUser':
    case 'alterUser': {
      const verb = statement.kind === 'createUser' ? 'CREATE USER' : 'ALTER USER';
      const condition = statement.kind === 'createUser' ? ' IF NOT EXISTS' : ' IF EXISTS';
      const users = statement.users.map(printUser).join(', ');
      const roles =
        statement.defaultRoles === null ? '' : ` DEFAULT ROLE ${printRoles(statement.defaultRoles)}`;
      return `${verb}${statement.conditional ? condition : ''} ${users}${roles}${printAccountOptions(statement.options)}`;
    }
    case 'createRole': {
      const condition = statement.conditional ? 'IF NOT EXISTS ' : '';
      return `CREATE ROLE ${condition}${statement.roles.map(printAccount).join(', ')}`;
    }
    case 'dropRole': {
      const condition = statement.conditional ? 'IF EXISTS ' : '';
      return `DROP ROLE ${condition}${statement.roles.map(printAccount).join(', ')}`;
    }
    case 'grantRole':
    case 'revokeRole':
      return printGrantRole(statement);
    case 'dropUser':
      return `DROP USER ${statement.ifExists ? 'IF EXISTS ' : ''}${statement.users.map(printAccount).join(', ')}`;
    case 'renameUser': {
      const renames = statement.renames.map(({ from, to }) => `${printAccount(from)} TO ${printAccount(to)}`);
      return `RENAME USER ${renames.join(', ')}`;
    }
    case 'grant':
    case 'revoke':
      return printGrant(statement);
    default:
      return assertNever(statement);
  }
}
