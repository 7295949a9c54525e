/** The session variable `sql_mode`: names, combinations, MySQL 8.0's order and bits. */
import { GatewayError, notSupported } from '../../base/errors.ts';

/** By bit number, which is also the order in which a value is printed; null where 8.0 has none. */
const modesByBit = [
  'REAL_AS_FLOAT',
  'PIPES_AS_CONCAT',
  'ANSI_QUOTES',
  'IGNORE_SPACE',
  'NOT_USED',
  'ONLY_FULL_GROUP_BY',
  'NO_UNSIGNED_SUBTRACTION',
  'NO_DIR_IN_CREATE',
  ...Array<null>(10).fill(null),
  'ANSI',
  'NO_AUTO_VALUE_ON_ZERO',
  'NO_BACKSLASH_ESCAPES',
  'STRICT_TRANS_TABLES',
  'STRICT_ALL_TABLES',
  'NO_ZERO_IN_DATE',
  'NO_ZERO_DATE',
  'ALLOW_INVALID_DATES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'TRADITIONAL',
  null,
  'HIGH_NOT_PRECEDENCE',
  'NO_ENGINE_SUBSTITUTION',
  'PAD_CHAR_TO_FULL_LENGTH',
  'TIME_TRUNCATE_FRACTIONAL',
] as const;

const combinations: Readonly<Record<string, readonly string[]>> = {
  ANSI: ['REAL_AS_FLOAT', 'PIPES_AS_CONCAT', 'ANSI_QUOTES', 'IGNORE_SPACE', 'ONLY_FULL_GROUP_BY'],
  TRADITIONAL: [
    'STRICT_TRANS_TABLES',
    'STRICT_ALL_TABLES',
    'NO_ZERO_IN_DATE',
    'NO_ZERO_DATE',
    'ERROR_FOR_DIVISION_BY_ZERO',
    'NO_ENGINE_SUBSTITUTION',
  ],
};

/**
 * Modes that change results in ways that nothing here implements. Without STRICT_TRANS_TABLES writes adjust what
 * does not fit, with warnings; only dates that are none stay errors, since '0000-00-00' is not stored.
 */
const unsupportedModes = new Set([
  'ALLOW_INVALID_DATES',
  'PAD_CHAR_TO_FULL_LENGTH',
  'TIME_TRUNCATE_FRACTIONAL',
]);

export const defaultSqlModeText =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

const wrongMode = (value: string): GatewayError =>
  new GatewayError('WRONG_VALUE_FOR_VARIABLE', `Variable 'sql_mode' can't be set to the value of '${value}'`);

function namesOfBits(bits: bigint): string[] {
  if (bits < 0n || bits >= 1n << BigInt(modesByBit.length)) throw wrongMode(String(bits));
  return modesByBit.flatMap((mode, bit) =>
    mode !== null && (bits & (1n << BigInt(bit))) !== 0n ? [mode] : [],
  );
}

/**
 * A value of `sql_mode` in the form that `@@sql_mode` prints: combinations spelled out, in MySQL's order.
 * Empty entries between commas are fine; an unknown mode is error 1231, one that is not done error 1235.
 */
export function normalizeSqlMode(value: string | bigint): string {
  const given = typeof value === 'bigint' ? namesOfBits(value) : value.toUpperCase().split(',');
  const modes = new Set<string>();
  for (const mode of given) {
    if (mode === '') continue;
    if (!modesByBit.some((known) => known === mode)) throw wrongMode(mode);
    if (unsupportedModes.has(mode)) throw notSupported(`sql_mode ${mode}`);
    modes.add(mode);
    for (const part of combinations[mode] ?? []) modes.add(part);
  }
  return modesByBit.filter((mode) => mode !== null && modes.has(mode)).join(',');
}
