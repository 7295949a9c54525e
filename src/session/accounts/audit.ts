/** What is told to the audit log: who came, who was refused, and who changed definitions and rights. */
import { GatewayError } from '../../base/errors.ts';
import type { Statement } from '../../sql/statement.ts';
import type { SessionIdentity, TlsFacts } from '../api.ts';
import { isDdl } from '../ddl/ddl.ts';

interface Login {
  readonly connectionId: number;
  readonly user: string;
  readonly host: string;
}

/** Texts of statements have their secrets masked and are cut to a bound. */
export type AuditEvent =
  | (Login & {
      readonly kind: 'connected';
      /** `user@host` of the account. */
      readonly account: string;
      readonly database: string | undefined;
      readonly client: string;
      readonly tls: TlsFacts | undefined;
    })
  | (Login & { readonly kind: 'loginFailed'; readonly errno: number; readonly message: string })
  | (Login & { readonly kind: 'disconnected' })
  | (Login & {
      /** `account`: of accounts, roles and rights; `definition`: of all else. */
      readonly kind: 'account' | 'definition';
      readonly account: string;
      readonly database: string | undefined;
      readonly statement: string;
    })
  | (Login & {
      readonly kind: 'denied';
      readonly account: string;
      readonly database: string | undefined;
      readonly statement: string;
      readonly errno: number;
      readonly message: string;
    });

export type AuditLog = (event: AuditEvent) => void;

const accountKinds: ReadonlySet<Statement['kind']> = new Set([
  'createUser',
  'alterUser',
  'dropUser',
  'renameUser',
  'createRole',
  'dropRole',
  'grant',
  'revoke',
  'grantRole',
  'revokeRole',
  'setPassword',
  'setDefaultRole',
]);

/** The kind of event that a statement is when it has been done; undefined for those that are not told. */
export function eventOf(statement: Statement): 'account' | 'definition' | undefined {
  if (accountKinds.has(statement.kind)) return 'account';
  return isDdl(statement) || statement.kind === 'truncate' ? 'definition' : undefined;
}

const denials: ReadonlySet<string> = new Set([
  'ACCESS_DENIED_COMMAND',
  'ACCESS_DENIED_DATABASE',
  'COLUMN_ACCESS_DENIED',
  'GRANT_DENIED',
  'KILL_DENIED',
  'NO_SUCH_DEFINER',
  'ROLE_NOT_GRANTED',
  'TABLE_ACCESS_DENIED',
]);

/** Whether an error says that the account may not do what it asked for; a view's may say so by its cause. */
export function isDenial(error: unknown): error is GatewayError {
  return (
    error instanceof GatewayError &&
    (denials.has(error.code) || (error.code === 'VIEW_INVALID' && isDenial(error.cause)))
  );
}

export const loginOf = (connectionId: number, { user, host }: SessionIdentity): Login => ({
  connectionId,
  user,
  host,
});
