/** Which account a login is for, and whether it is let in. */
import { GatewayError } from '../../base/errors.ts';
import { hasPassword, isPasswordExpired } from '../../catalog/accounts.ts';
import { compareHosts, hostMatches, isLoopbackAddress } from '../../catalog/host-pattern.ts';
import type { AccountDef, AccountName } from '../../catalog/schema.ts';
import type { AdmittedAccount, Authenticator, LoginOutcome } from '../api.ts';
import type { SessionServices } from '../services.ts';

/** Wrong passwords in a row; kept in memory as MySQL does, so a restart forgets them. */
interface Failures {
  /** As the account had it when they were counted: ALTER USER … ACCOUNT UNLOCK begins anew. */
  readonly lockEpoch: number;
  count: number;
  /** Microseconds UTC; `unbounded` until an administrator unlocks the account. */
  blockedUntil: bigint | 'unbounded' | undefined;
}

const dayUs = 86_400_000_000n;
const keyOf = ({ user, host }: AccountName): string => `${user}\0${host}`;

/** Error 1045. */
export function accessDenied(user: string, host: string, withPassword: boolean): GatewayError {
  const using = withPassword ? 'YES' : 'NO';
  return new GatewayError(
    'ACCESS_DENIED',
    `Access denied for user '${user}'@'${host}' (using password: ${using})`,
  );
}

export class AccountAuthenticator implements Authenticator {
  readonly #services: Pick<SessionServices, 'journal' | 'clock'>;
  readonly #failures = new Map<string, Failures>();

  constructor(services: Pick<SessionServices, 'journal' | 'clock'>) {
    this.#services = services;
  }

  /** The account of that user whose host covers the address most closely. Names of users are case-sensitive. */
  find(user: string, host: string): AccountDef | undefined {
    let found: AccountDef | undefined;
    if (user === '') return undefined;
    for (const account of this.#services.journal.catalog.accounts) {
      if (account.user !== user || !hostMatches(account.host, host)) continue;
      if (found === undefined || compareHosts(account.host, found.host) < 0) found = account;
    }
    return found;
  }

  /**
   * The account of a login whose password has been checked. Errors 1045, 1862 (expired), 3118 (locked), 3955 (too many wrong
   * passwords). An account without a password is let in from this machine only, whatever its host says.
   */
  admit(outcome: LoginOutcome): AdmittedAccount {
    const { user, host, granted, withPassword } = outcome;
    const account = this.find(user, host);
    if (account === undefined) throw accessDenied(user, host, withPassword);
    this.#countFailure(account, outcome);
    if (!granted || !meetsRequirement(account, outcome)) throw accessDenied(user, host, withPassword);
    if (!hasPassword(account) && !isLoopbackAddress(host)) throw accessDenied(user, host, withPassword);
    if (account.locked) {
      throw new GatewayError(
        'ACCOUNT_LOCKED',
        `Access denied for user '${user}'@'${host}'. Account is locked.`,
      );
    }
    this.#failures.delete(keyOf(account));
    const passwordExpired = isPasswordExpired(account, this.#services.clock.nowUs());
    if (passwordExpired && !outcome.handlesExpired) {
      throw new GatewayError(
        'MUST_CHANGE_PASSWORD_LOGIN',
        'Your password has expired. To log in you must change it using a client that supports expired passwords.',
      );
    }
    return { user: account.user, host: account.host, passwordExpired };
  }

  #countFailure(account: AccountDef, outcome: LoginOutcome): void {
    const { failedLoginAttempts, lockDays } = account;
    if (failedLoginAttempts === 0 || lockDays === 0) return;
    const key = keyOf(account);
    const lockEpoch = account.lockEpoch ?? 0;
    const nowUs = this.#services.clock.nowUs();
    let failures = this.#failures.get(key);
    const { blockedUntil } = failures ?? {};
    const isOver = blockedUntil !== undefined && blockedUntil !== 'unbounded' && blockedUntil <= nowUs;
    if (failures === undefined || failures.lockEpoch !== lockEpoch || isOver) {
      failures = { lockEpoch, count: 0, blockedUntil: undefined };
    }
    if (failures.blockedUntil === undefined) {
      if (outcome.granted) return;
      failures.count++;
      this.#failures.set(key, failures);
      if (failures.count < failedLoginAttempts) return;
      failures.blockedUntil = lockDays === 'unbounded' ? 'unbounded' : nowUs + BigInt(lockDays) * dayUs;
    }
    throw blocked(account, failures, outcome, nowUs);
  }
}

function blocked(account: AccountDef, failures: Failures, login: LoginOutcome, nowUs: bigint): GatewayError {
  const { blockedUntil } = failures;
  const left =
    blockedUntil === 'unbounded' || blockedUntil === undefined
      ? 'unlimited'
      : String((blockedUntil - nowUs + dayUs - 1n) / dayUs);
  const days = account.lockDays === 'unbounded' ? 'unlimited' : String(account.lockDays);
  return new GatewayError(
    'ACCOUNT_BLOCKED',
    `Access denied for user '${login.user}'@'${login.host}'. Account is blocked for ${days} day(s) (${left} day(s) remaining) due to ${account.failedLoginAttempts} consecutive failed logins.`,
  );
}

/** REQUIRE: encryption, a certificate of our CA, or a certificate with these names. */
function meetsRequirement({ requirement }: AccountDef, { tls }: LoginOutcome): boolean {
  switch (requirement.kind) {
    case 'none':
      return true;
    case 'ssl':
      return tls !== undefined;
    case 'x509':
      return tls?.certificate !== undefined;
    case 'certificate': {
      const certificate = tls?.certificate;
      if (certificate === undefined) return false;
      const { subject, issuer } = requirement;
      return (
        (subject === null || subject === certificate.subject) &&
        (issuer === null || issuer === certificate.issuer)
      );
    }
  }
}
