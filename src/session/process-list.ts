import { GatewayError } from '../base/errors.ts';
import { sameAccount } from '../catalog/accounts.ts';
import type { ProcessEntry } from '../catalog/metadata/context.ts';
import type { AccountName } from '../catalog/schema.ts';
import type { SessionIdentity } from './api.ts';

/** What the process list may ask of a session. */
export interface ListedSession {
  readonly connectionId: number;
  readonly identity: SessionIdentity;
  readonly connectedUs: bigint;
  processEntry(): ProcessEntry;
  interrupt(reason: 'kill' | 'timeout' | 'disconnect' | 'shutdown'): void;
  /** Closes the client's connection. */
  disconnect(): void;
}

const isSameAccount = ({ account }: SessionIdentity, by: SessionIdentity): boolean =>
  account !== undefined && by.account !== undefined && sameAccount(account, by.account);

/** The sessions that are open, by connection id: SHOW PROCESSLIST and KILL. */
export class ProcessList {
  readonly #sessions = new Map<number, ListedSession>();

  get size(): number {
    return this.#sessions.size;
  }

  add(session: ListedSession): void {
    this.#sessions.set(session.connectionId, session);
  }

  remove(connectionId: number): void {
    this.#sessions.delete(connectionId);
  }

  /** Those whose account is `seen`. */
  *entries(seen: (account: AccountName | undefined) => boolean): Iterable<ProcessEntry> {
    for (const session of this.#sessions.values()) {
      if (seen(session.identity.account)) yield session.processEntry();
    }
  }

  /** Error 1094 for an unknown connection; 1095 when it is another account's and `by` is no administrator. */
  kill(
    connectionId: number,
    what: 'query' | 'connection',
    by: SessionIdentity,
    isAdministrator: boolean,
  ): void {
    const session = this.#sessions.get(connectionId);
    if (session === undefined) {
      throw new GatewayError('UNKNOWN_THREAD', `Unknown thread id: ${connectionId}`);
    }
    if (!isAdministrator && !isSameAccount(session.identity, by)) {
      throw new GatewayError('KILL_DENIED', `You are not owner of thread ${connectionId}`);
    }
    session.interrupt('kill');
    if (what === 'connection') session.disconnect();
  }
}
