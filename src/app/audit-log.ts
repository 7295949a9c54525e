import pino from 'pino';
import type { AuditLog } from '../session/accounts/audit.ts';

/**
 * The audit log: one JSON line an event, to a file that only its owner reads or, for `-`, to standard output.
 * Written at once, so that what a crash leaves is complete. Throws when the file cannot be opened.
 */
export function openAuditLog(target: string): { readonly write: AuditLog; close(): void } {
  const destination =
    target === '-'
      ? pino.destination({ dest: 1, sync: true })
      : pino.destination({ dest: target, append: true, mkdir: true, mode: 0o600, sync: true });
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'event' };
  const log = pino({ ...options, formatters: { level: (level) => ({ level }) } }, destination);
  return {
    write: ({ kind, ...fields }) => log.info(fields, kind),
    close() {
      destination.flushSync();
      if (target !== '-') destination.end();
    },
  };
}
