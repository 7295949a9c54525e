/** What SLEEP, the functions of locks by name and of query attributes do, for one statement. */
import { AssertionError } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import type { SessionCall } from '../planner/evaluator/waiting.ts';
import { textOfValue } from '../types/coerce-text.ts';
import type { SqlValue } from '../types/value.ts';
import type { SessionState } from './state.ts';
import type { StatementRun } from './statement-run.ts';

/** What a timer can hold; longer sleeps are several. */
const timerMaxMs = 2 ** 31 - 1;

/** True when the time has passed, false when the signal was aborted before. */
function passes(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const interrupted = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', interrupted);
      resolve(true);
    }, milliseconds);
    signal.addEventListener('abort', interrupted, { once: true });
  });
}

/** Gives 1 when interrupted: the error is whoever's it is that the query does more than sleep. */
async function sleep(seconds: SqlValue, run: StatementRun): Promise<bigint> {
  const value = seconds === null ? Number.NaN : Number(seconds);
  if (!(value >= 0)) throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to sleep.');
  const { signal } = run;
  for (let left = value * 1_000; left > 0; left -= timerMaxMs) {
    if (!(await passes(Math.min(left, timerMaxMs), signal))) return 1n;
  }
  return 0n;
}

const text = (value: SqlValue): string | null => (value === null ? null : String(value));

function bigintOf(value: boolean | null): bigint | null {
  return value === null ? null : value ? 1n : 0n;
}

/** The functions for the statement that runs. */
export function sessionCalls(state: SessionState, run: StatementRun): SessionCall {
  const { userLocks } = state.services;
  const { connectionId } = state;
  return async (name, args) => {
    switch (name) {
      case 'SLEEP':
        return sleep(args[0]!, run);
      case 'GET_LOCK': {
        const seconds = Number(args[1] ?? 0n);
        const timeoutMs = seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1_000;
        return bigintOf(
          await userLocks.take(text(args[0]!), connectionId, { timeoutMs, signal: run.signal }),
        );
      }
      case 'RELEASE_LOCK':
        return bigintOf(userLocks.release(text(args[0]!), connectionId));
      case 'RELEASE_ALL_LOCKS':
        return BigInt(userLocks.releaseAll(connectionId));
      case 'IS_FREE_LOCK':
        return bigintOf(userLocks.holder(text(args[0]!)) === undefined);
      case 'IS_USED_LOCK': {
        const holder = userLocks.holder(text(args[0]!));
        return holder === undefined ? null : BigInt(holder);
      }
      case 'MYSQL_QUERY_ATTRIBUTE_STRING': {
        const found = args[0] === null ? undefined : run.attributes?.get(String(args[0]));
        if (found === undefined || found.value === null) return null;
        return textOfValue(found.value, found.type, { row: 1, nowUs: run.nowUs, zoneMinutes: () => 0 });
      }
      default:
        throw new AssertionError(`${name} is no function of the session`);
    }
  };
}
