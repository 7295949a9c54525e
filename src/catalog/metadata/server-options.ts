import type { ServerDef } from '../schema.ts';

/** What stands in place of a secret wherever an option is shown. */
export const maskedSecret = '***';

/** Option names that hold a secret: never shown, logged or kept in a statement's text. */
export function isSecretOption(name: string): boolean {
  return /PASSWORD|SECRET|TOKEN|CREDENTIAL|PRIVATE|ACCESS_?KEY|API_?KEY|PASSPHRASE/i.test(name);
}

/** A server's options as they may be shown, sorted by name. */
export function shownServerOptions(server: ServerDef): (readonly [name: string, value: string])[] {
  return Object.entries(server.options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, isSecretOption(name) ? maskedSecret : value] as const);
}
