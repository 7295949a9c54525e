import { GatewayError } from '../base/errors.ts';
import type { ProcessEntry } from '../catalog/metadata/context.ts';
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

  *entries(): Iterable<ProcessEntry> {
    for (const session of this.#sessions.values()) yield session.processEntry();
  }

  /** Error 1094 for an unknown connection; 1095 when it belongs to another user and `by` is not root. */
  kill(connectionId: number, what: 'query' | 'connection', by: SessionIdentity): void {
    const session = this.#sessions.get(connectionId);
    if (session === undefined) {
      throw new GatewayError('UNKNOWN_THREAD', `Unknown thread id: ${connectionId}`);
    }
    if (session.identity.user !== by.user && by.user !== 'root') {
      throw new GatewayError('KILL_DENIED', `You are not owner of thread ${connectionId}`);
    }
    session.interrupt('kill');
    if (what === 'connection') session.disconnect();
  }
}
