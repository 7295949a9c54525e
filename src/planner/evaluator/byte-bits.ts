/** Bit operators on binary strings (MySQL 8.0 manual, "Bit Functions and Operators"): bit by bit, in their length. */
import { GatewayError } from '../../base/errors.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, strict1, strict2 } from './argument.ts';
import type { Evaluator } from './environment.ts';

const bytesOf = (value: SqlValue): Uint8Array =>
  value instanceof Uint8Array ? value : Buffer.from(String(value), 'utf8');

/** `&`, `|` and `^`. Error 3513 for operands of unequal length. */
export const combineBytes = (
  args: readonly Argument[],
  combine: (a: number, b: number) => number,
): Evaluator =>
  strict2(args[0]!, args[1]!, (x, y) => {
    const [a, b] = [bytesOf(x), bytesOf(y)];
    if (a.length !== b.length) {
      throw new GatewayError(
        'BIT_OPERANDS_LENGTH',
        'Binary operands of bitwise operators must be of equal length',
      );
    }
    return a.map((byte, index) => combine(byte, b[index]!));
  });

export const invertBytes = (args: readonly Argument[]): Evaluator =>
  strict1(args[0]!, (value) => bytesOf(value).map((byte) => ~byte));

const numberOf = (bytes: Uint8Array): bigint =>
  bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** Bits that leave the string are lost, zeros come in. */
export const shiftBytes = (args: readonly Argument[], left: boolean): Evaluator =>
  strict2(args[0]!, args[1]!, (value, count) => {
    const bytes = bytesOf(value);
    const bits = BigInt(bytes.length * 8);
    const by = BigInt.asUintN(64, BigInt(String(count)));
    if (by >= bits) return new Uint8Array(bytes.length);
    const number = numberOf(bytes);
    const shifted = left ? BigInt.asUintN(Number(bits), number << by) : number >> by;
    return Uint8Array.from(Buffer.from(shifted.toString(16).padStart(bytes.length * 2, '0'), 'hex'));
  });

export function countBits(value: SqlValue): number {
  let count = 0;
  for (const byte of bytesOf(value)) for (let rest = byte; rest > 0; rest &= rest - 1) count++;
  return count;
}
