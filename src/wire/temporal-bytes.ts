import { civilOfDays, microsPerDay } from '../types/temporal.ts';
import type { PacketWriter } from './packet-writer.ts';

/**
 * A datetime apart, reused from value to value: a row of a million datetimes allocates none. Only the encoders
 * use it, and they are not reentrant.
 */
export interface Split {
  days: number;
  /** Seconds of the day. */
  seconds: number;
  micros: number;
}

const split: Split = { days: 0, seconds: 0, micros: 0 };

const exactMicros = BigInt(Number.MAX_SAFE_INTEGER);

/** Days, seconds and microseconds of a datetime (see src/types/value.ts); valid until the next call. */
export function splitMicros(us: bigint): Readonly<Split> {
  if (us <= exactMicros && us >= -exactMicros) return splitNumber(Number(us));
  let days = us / microsPerDay;
  if (days * microsPerDay > us) days -= 1n;
  return splitDay(Number(days), Number(us - days * microsPerDay));
}

/** The same of microseconds within ±2^53. */
export function splitNumber(us: number): Readonly<Split> {
  const days = Math.floor(us / 86_400e6);
  return splitDay(days, us - days * 86_400e6);
}

function splitDay(days: number, dayMicros: number): Readonly<Split> {
  split.days = days;
  split.seconds = Math.floor(dayMicros / 1e6);
  split.micros = dayMicros - split.seconds * 1e6;
  return split;
}

/** 0000-01-01 and 9999-12-31: what lies outside has no form in the protocol and is sent as NULL. */
export const minWireDays = -719_528;
export const maxWireDays = 2_932_896;

export const isWireDate = (days: number): boolean => days >= minWireDays && days <= maxWireDays;

const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const space = 0x20;

function writeDateText(writer: PacketWriter, days: number): void {
  const { year, month, day } = civilOfDays(days);
  writer.digits(year, 4);
  writer.uint8(dash);
  writer.digits(month, 2);
  writer.uint8(dash);
  writer.digits(day, 2);
}

function writeClockText(writer: PacketWriter, secondsOfDay: number): void {
  writer.digits((secondsOfDay / 3600) | 0, 2);
  writer.uint8(colon);
  writer.digits(((secondsOfDay / 60) | 0) % 60, 2);
  writer.uint8(colon);
  writer.digits(secondsOfDay % 60, 2);
}

/** Microseconds of the last of `fsp` digits. */
export const unitOfFsp = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1] as const;

function writeFractionText(writer: PacketWriter, micros: number, fsp: number): void {
  if (fsp === 0) return;
  writer.uint8(dot);
  writer.digits(Math.floor(micros / unitOfFsp[fsp]!), fsp);
}

/** Length and `YYYY-MM-DD`. */
export function writeTextDate(writer: PacketWriter, days: number): void {
  writer.uint8(10);
  writeDateText(writer, days);
}

/** Length and `YYYY-MM-DD hh:mm:ss[.f]` with `fsp` digits. */
export function writeTextDatetime(writer: PacketWriter, parts: Readonly<Split>, fsp: number): void {
  const { days, seconds, micros } = parts;
  writer.uint8(fsp === 0 ? 19 : 20 + fsp);
  writeDateText(writer, days);
  writer.uint8(space);
  writeClockText(writer, seconds);
  writeFractionText(writer, micros, fsp);
}

/** Length and `[-]hh:mm:ss[.f]`; hours have two digits or three. */
export function writeTextTime(writer: PacketWriter, us: bigint, fsp: number): void {
  const total = Number(us);
  const magnitude = Math.abs(total);
  const seconds = Math.floor(magnitude / 1e6);
  const hours = Math.floor(seconds / 3600);
  const hourDigits = hours > 99 ? 3 : 2;
  writer.uint8((total < 0 ? 1 : 0) + hourDigits + 6 + (fsp === 0 ? 0 : 1 + fsp));
  if (total < 0) writer.uint8(dash);
  if (hours > 99) writer.digits((hours / 100) | 0, 1);
  writeClockText(writer, seconds - (hours - (hours % 100)) * 3600);
  writeFractionText(writer, magnitude - seconds * 1e6, fsp);
}

/** `4 year:u16 month:u8 day:u8`. */
export function writeBinaryDate(writer: PacketWriter, days: number): void {
  writer.uint8(4);
  writeBinaryDay(writer, days);
}

function writeBinaryDay(writer: PacketWriter, days: number): void {
  const { year, month, day } = civilOfDays(days);
  writer.uint16(year);
  writer.uint8(month);
  writer.uint8(day);
}

function writeBinaryClock(writer: PacketWriter, secondsOfDay: number): void {
  writer.uint8((secondsOfDay / 3600) | 0);
  writer.uint8(((secondsOfDay / 60) | 0) % 60);
  writer.uint8(secondsOfDay % 60);
}

/**
 * `7 date hour:u8 minute:u8 second:u8` or `11 … micros:u32`; never the 4 bytes of midnight, which Connector/J
 * refuses in a DATETIME. `fsp` cuts further digits.
 */
export function writeBinaryDatetime(writer: PacketWriter, parts: Readonly<Split>, fsp: number): void {
  const { days, seconds, micros } = parts;
  const shown = micros - (micros % unitOfFsp[fsp]!);
  writer.uint8(shown === 0 ? 7 : 11);
  writeBinaryDay(writer, days);
  writeBinaryClock(writer, seconds);
  if (shown !== 0) writer.uint32(shown);
}

/** `0`, `8 negative:u8 days:u32 hour:u8 minute:u8 second:u8` or `12 … micros:u32`. */
export function writeBinaryTime(writer: PacketWriter, us: bigint, fsp: number): void {
  const total = Number(us);
  const magnitude = Math.abs(total) - (Math.abs(total) % unitOfFsp[fsp]!);
  if (magnitude === 0) {
    writer.uint8(0);
    return;
  }
  const seconds = Math.floor(magnitude / 1e6);
  const micros = magnitude - seconds * 1e6;
  writer.uint8(micros === 0 ? 8 : 12);
  writer.uint8(total < 0 ? 1 : 0);
  writer.uint32(Math.floor(seconds / 86_400));
  writeBinaryClock(writer, seconds % 86_400);
  if (micros !== 0) writer.uint32(micros);
}
