import type { SqlType } from './sql-type.ts';

type MemberType = Extract<SqlType, { kind: 'enum' | 'set' }>;

const numbers = new WeakMap<MemberType, (text: string) => bigint>();

/** The place of an ENUM's member, from 1 (0 for the empty text that stands for a wrong value); a SET's bits. */
export function memberNumber(type: MemberType): (text: string) => bigint {
  let number = numbers.get(type);
  if (number === undefined) {
    number = numberOf(type);
    numbers.set(type, number);
  }
  return number;
}

function numberOf(type: MemberType): (text: string) => bigint {
  const places = new Map(type.members.map((member, index) => [member, BigInt(index)]));
  if (type.kind === 'enum') return (text) => (places.get(text) ?? -1n) + 1n;
  return (text) =>
    text.split(',').reduce((bits, member) => {
      const place = places.get(member);
      return place === undefined ? bits : bits | (1n << place);
    }, 0n);
}
