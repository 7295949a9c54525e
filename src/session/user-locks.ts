/** Locks by name: GET_LOCK and its like (MySQL 8.0 manual, "Locking Functions"). They guard nothing but agreements. */
import { GatewayError } from '../base/errors.ts';

interface Waiter {
  readonly owner: number;
  readonly grant: () => void;
}

interface HeldLock {
  readonly owner: number;
  /** A session may take a lock that it has again, and gives it back as often. */
  count: number;
  readonly waiting: Waiter[];
}

/** MySQL's bound on a name, in characters. */
const nameLengthMax = 64;

/** The key of a name, which is compared without regard to case. Error 3057. */
function keyOf(name: string | null): string {
  if (name === null || name === '' || [...name].length > nameLengthMax) {
    throw new GatewayError('USER_LOCK_NAME', `Incorrect user-level lock name '${name ?? 'NULL'}'.`);
  }
  return name.toLowerCase();
}

/** All locks of the gateway, by the connections that hold them. First come, first served. */
export class UserLocks {
  readonly #held = new Map<string, HeldLock>();
  readonly #ofOwner = new Map<number, Set<string>>();
  /** Of each connection that waits, what it waits for: one at a time. */
  readonly #waitsFor = new Map<number, string>();
  readonly #mostOfOwner: number;

  constructor(mostOfOwner: number) {
    this.#mostOfOwner = mostOfOwner;
  }

  /**
   * Takes the lock, waiting for as long as `timeoutMs` (Infinity: without end); false when that passed. Error 3058
   * when its holder waits for this connection; the signal's reason when that is aborted.
   */
  async take(
    name: string | null,
    owner: number,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const key = keyOf(name);
    const lock = this.#held.get(key);
    if (lock?.owner === owner) {
      lock.count++;
      return true;
    }
    if ((this.#ofOwner.get(owner)?.size ?? 0) >= this.#mostOfOwner) {
      throw new GatewayError(
        'OUT_OF_RESOURCES',
        `A session holds at most ${this.#mostOfOwner} locks by name`,
      );
    }
    if (lock === undefined) {
      this.#give(key, owner, []);
      return true;
    }
    if (options.timeoutMs <= 0) return false;
    if (this.#wouldWaitForItself(key, owner)) {
      throw new GatewayError(
        'USER_LOCK_DEADLOCK',
        'Deadlock found when trying to get user-level lock; try rolling back transaction/releasing locks and restarting lock acquisition.',
      );
    }
    return this.#wait(key, owner, options);
  }

  #wait(
    key: string,
    owner: number,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const { waiting } = this.#held.get(key)!;
    this.#waitsFor.set(owner, key);
    return new Promise((resolve, reject) => {
      // A timer holds 31 bits; a lock that is wanted for longer is waited for without end.
      const timer = timeoutMs < 2 ** 31 ? setTimeout(() => end(() => resolve(false)), timeoutMs) : undefined;
      const interrupted = (): void => end(() => reject(signal.reason));
      const waiter: Waiter = { owner, grant: () => end(() => resolve(true)) };
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', interrupted);
        const index = waiting.indexOf(waiter);
        if (index >= 0) waiting.splice(index, 1);
        this.#waitsFor.delete(owner);
        settle();
      };
      waiting.push(waiter);
      if (signal.aborted) interrupted();
      else signal.addEventListener('abort', interrupted, { once: true });
    });
  }

  /** Whether the lock's holder waits, over however many others, for a lock of `owner`. */
  #wouldWaitForItself(key: string, owner: number): boolean {
    let next: string | undefined = key;
    for (let steps = this.#waitsFor.size; next !== undefined && steps >= 0; steps--) {
      const holder: number | undefined = this.#held.get(next)?.owner;
      if (holder === owner) return true;
      next = holder === undefined ? undefined : this.#waitsFor.get(holder);
    }
    return false;
  }

  #give(key: string, owner: number, waiting: Waiter[]): void {
    this.#held.set(key, { owner, count: 1, waiting });
    const own = this.#ofOwner.get(owner);
    if (own === undefined) this.#ofOwner.set(owner, new Set([key]));
    else own.add(key);
  }

  /** True when the lock was given back once, false when another has it, null when nobody has. */
  release(name: string | null, owner: number): boolean | null {
    const key = keyOf(name);
    const lock = this.#held.get(key);
    if (lock === undefined) return null;
    if (lock.owner !== owner) return false;
    if (--lock.count === 0) this.#free(key, lock);
    return true;
  }

  /** How many there were, each as often as it was taken. */
  releaseAll(owner: number): number {
    let released = 0;
    for (const key of [...(this.#ofOwner.get(owner) ?? [])]) {
      const lock = this.#held.get(key)!;
      released += lock.count;
      this.#free(key, lock);
    }
    return released;
  }

  #free(key: string, lock: HeldLock): void {
    this.#held.delete(key);
    const own = this.#ofOwner.get(lock.owner);
    own?.delete(key);
    if (own?.size === 0) this.#ofOwner.delete(lock.owner);
    const [next, ...rest] = lock.waiting;
    if (next === undefined) return;
    this.#give(key, next.owner, rest);
    lock.waiting.splice(1);
    next.grant();
  }

  /** The connection that has the lock; undefined when it is free. */
  holder(name: string | null): number | undefined {
    return this.#held.get(keyOf(name))?.owner;
  }
}
