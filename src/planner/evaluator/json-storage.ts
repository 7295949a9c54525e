/** How many bytes MySQL's binary form of a document has, which JSON_STORAGE_SIZE tells (MySQL 8.0 manual). */
import type { JsonNode } from '../../types/json-tree.ts';
import { type FunctionCompiler, integerIn, strict1 } from './argument.ts';
import { document } from './json.ts';

/** Offsets of small containers are of two bytes, those of large ones of four. */
const smallMax = 65_535;

/** Bytes of a length, seven bits each. */
function lengthBytes(length: number): number {
  let bytes = 1;
  for (let rest = length; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

const utf8Length = (text: string): number => Buffer.byteLength(text, 'utf8');

/** A number that stands in its container's entry, without bytes of its own. */
function isInlined(text: string, large: boolean): boolean {
  if (text === 'null' || text === 'true' || text === 'false') return true;
  if (!/^-?\d+$/.test(text)) return false;
  const value = BigInt(text);
  return large ? value >= -(2n ** 31n) && value < 2n ** 32n : value >= -(2n ** 15n) && value < 2n ** 16n;
}

function scalarBytes(text: string): number {
  if (text === 'null' || text === 'true' || text === 'false') return 1;
  if (!/^-?\d+$/.test(text)) return 8;
  const value = BigInt(text);
  if (value >= -(2n ** 15n) && value < 2n ** 16n) return 2;
  return value >= -(2n ** 31n) && value < 2n ** 32n ? 4 : 8;
}

/** Bytes of a value without its type's. */
function valueBytes(node: JsonNode): number {
  switch (node.kind) {
    case 'scalar':
      return scalarBytes(node.text);
    case 'string': {
      const length = utf8Length(node.value);
      return lengthBytes(length) + length;
    }
    case 'array':
    case 'object': {
      const small = containerBytes(node, false);
      return small > smallMax ? containerBytes(node, true) : small;
    }
  }
}

function containerBytes(node: Extract<JsonNode, { kind: 'array' | 'object' }>, large: boolean): number {
  const offset = large ? 4 : 2;
  const values = node.kind === 'array' ? node.items : [...node.members.values()];
  const names = node.kind === 'array' ? [] : [...node.members.keys()];
  // Count and size; an offset and a length of two bytes for each name; a type and an offset for each value.
  const head = 2 * offset + names.length * (offset + 2) + values.length * (1 + offset);
  const own = values.reduce(
    (sum, value) => sum + (value.kind === 'scalar' && isInlined(value.text, large) ? 0 : valueBytes(value)),
    0,
  );
  return head + names.reduce((sum, name) => sum + utf8Length(name), 0) + own;
}

export const jsonStorageFunctions: Readonly<Record<string, FunctionCompiler>> = {
  JSON_STORAGE_SIZE: ([doc], type) =>
    strict1(doc!, (value) => integerIn(type)(1 + valueBytes(document(value, doc!)))),
  /** Documents are always written whole, so no update in place leaves room. */
  JSON_STORAGE_FREE: ([doc], type) =>
    strict1(doc!, (value) => {
      document(value, doc!);
      return integerIn(type)(0);
    }),
};
