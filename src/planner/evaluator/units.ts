/** Amounts with their units, identifiers that a server gives, and functions of what is not here. */
import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../base/errors.ts';
import { compareDecimals, decimalOfNumber, decimalOfText } from '../../types/decimal.ts';
import { typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, integerIn, strict1 } from './argument.ts';
import { type Evaluator, Refusal } from './environment.ts';

const byteUnits = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Two decimals; from a hundred thousand on with an exponent, as C writes it. */
function shown(value: number): string {
  if (Math.abs(value) < 100_000) return value.toFixed(2);
  return value.toExponential(2).replace(/e\+(\d)$/, 'e+0$1');
}

function formatBytes(value: number): string {
  if (Math.abs(value) < 1_024) return `${String(Math.trunc(value)).padStart(4)} bytes`;
  let [amount, unit] = [value / 1_024, 0];
  while (Math.abs(amount) >= 1_024 && unit < byteUnits.length - 1) {
    amount /= 1_024;
    unit++;
  }
  return `${shown(amount)} ${byteUnits[unit]}`;
}

/** Units of time with their length in picoseconds. */
const timeUnits = [
  ['d', 86_400e12],
  ['h', 3_600e12],
  ['min', 60e12],
  ['s', 1e12],
  ['ms', 1e9],
  ['us', 1e6],
  ['ns', 1e3],
] as const;

function formatPicoseconds(value: number): string {
  for (const [unit, length] of timeUnits) {
    if (Math.abs(value) >= length) return `${shown(value / length)} ${unit}`;
  }
  return `${String(Math.trunc(value)).padStart(3)} ps`;
}

const randomBytesMax = 1_024;

const random: FunctionCompiler = ([length]) =>
  strict1(length!, (value) => {
    const count = Number(value);
    if (count >= 1 && count <= randomBytesMax) return Uint8Array.from(randomBytes(count));
    throw new GatewayError('OUT_OF_RANGE_EXPRESSION', "length value is out of range in 'random_bytes'");
  });

/** The first 32 bits are of this process and its begin, so that another one's numbers are others. */
let nextShortUuid: bigint | undefined;

function shortUuid(startSeconds: bigint): bigint {
  nextShortUuid ??= (1n << 56n) | (BigInt.asUintN(32, startSeconds) << 24n);
  return nextShortUuid++;
}

const randMost = 0x3fff_ffff;

/** One number after the other from a seed, as MySQL's generator gives them. */
class Rand {
  #first: number;
  #second: number;

  constructor(seed: bigint) {
    const low = BigInt.asUintN(32, seed);
    this.#first = Number(BigInt.asUintN(32, low * 0x10001n + 55_555_555n)) % randMost;
    this.#second = Number(BigInt.asUintN(32, low * 0x1000_0001n)) % randMost;
  }

  next(): number {
    this.#first = (this.#first * 3 + this.#second) % randMost;
    this.#second = (this.#first + this.#second + 33) % randMost;
    return this.#first / randMost;
  }
}

/** RAND(n): a sequence of its own where n is the same for all rows, else the first number of each row's seed. */
function seeded(seed: Argument, sameForAll: boolean): Evaluator {
  if (!sameForAll) return (env) => new Rand(BigInt(String(seed.evaluate(env) ?? 0n))).next();
  const sequences = new WeakMap<object, Rand>();
  return (env) => {
    const statement = env.statement ?? env;
    let sequence = sequences.get(statement);
    if (sequence === undefined) {
      sequence = new Rand(BigInt(String(seed.evaluate(env) ?? 0n)));
      sequences.set(statement, sequence);
    }
    return sequence.next();
  };
}

/** How many of the ascending numbers after the first are not greater than it; -1 for NULL. */
const interval: FunctionCompiler = (args, type) => {
  const integer = integerIn(type);
  const isReal = args.some((arg) => typeClass(arg.type) === 'real');
  const number = (value: SqlValue): ReturnType<typeof decimalOfText> =>
    (typeof value === 'number' && isReal ? decimalOfNumber(value) : undefined) ??
    decimalOfText(String(value));
  const [needle, ...bounds] = args as [Argument, ...Argument[]];
  return (env) => {
    const value = needle.evaluate(env);
    if (value === null) return integer(-1);
    const wanted = number(value);
    for (const [index, bound] of bounds.entries()) {
      const limit = bound.evaluate(env);
      if (limit !== null && compareDecimals(number(limit), wanted) > 0) return integer(index);
    }
    return integer(bounds.length);
  };
};

export const unitFunctions: Readonly<Record<string, FunctionCompiler>> = {
  FORMAT_BYTES: ([count]) => strict1(count!, (value) => formatBytes(Number(value))),
  FORMAT_PICO_TIME: ([time]) => strict1(time!, (value) => formatPicoseconds(Number(value))),
  RANDOM_BYTES: random,
  UUID_SHORT: () => (env) => shortUuid((env.context('unix_timestamp') as bigint) / 1_000_000n),
  RAND: ([seed, marked]) => {
    if (seed === undefined) throw new Refusal('RAND without a number');
    return seeded(seed, seed.constant === true || marked !== undefined);
  },
  INTERVAL: interval,
  ICU_VERSION: () => () => process.versions.icu ?? null,
  /** The value under a name that only its column has. */
  NAME_CONST: ([, value]) => value!.evaluate,
  /** No account may read files of the server's. */
  LOAD_FILE: () => () => null,
  /** What MySQL answers where no component for it is installed. */
  VALIDATE_PASSWORD_STRENGTH: ([password], type) => strict1(password!, () => integerIn(type)(0)),
};
