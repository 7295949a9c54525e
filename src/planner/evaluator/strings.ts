/** Functions of text. Positions and lengths count characters (code points), from 1, as in MySQL. */
import { createHash } from 'node:crypto';
import { longtext, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, integerIn, strict1, strictAll } from './argument.ts';
import { converter, toText } from './cast.ts';
import { type EvaluationEnv, type Evaluator, Refusal } from './environment.ts';
import { likeFunction } from './like.ts';

type Value = NonNullable<SqlValue>;

/** No text function makes more than this; MySQL answers NULL beyond max_allowed_packet. */
const longestTextBytes = 16 * 1024 * 1024;

function textArgument(arg: Argument): Argument {
  const name = typeClass(arg.type);
  if (name === 'string' || name === 'null') return arg;
  if (name === 'json') return arg;
  if (name === 'binary') throw new Refusal(`${arg.type.kind} as text`);
  const convert = toText(arg.type);
  const { evaluate } = arg;
  return {
    ...arg,
    evaluate: (env) => {
      const value = evaluate(env);
      return value === null ? null : convert(value, env);
    },
  };
}

/** A function of texts and integers that is NULL for any NULL; the first `texts` arguments are texts. */
function textFunction(texts: number, compute: (...values: Value[]) => SqlValue): FunctionCompiler {
  return (args) =>
    strictAll(
      args.map((arg, index) => (index < texts ? textArgument(arg) : arg)),
      (values) => compute(...values),
    );
}

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);
const charactersOf = (text: string): string[] => [...text];
export const characterCount = (text: string): number =>
  isAscii(text) ? text.length : charactersOf(text).length;

/** The characters [from, to) of a text. */
function slice(text: string, from: number, to: number): string {
  return isAscii(text) ? text.slice(from, to) : charactersOf(text).slice(from, to).join('');
}

const clampedNumber = (value: Value): number => Number(value);

function substring(text: string, position: number, length: number): string {
  if (position === 0 || length <= 0) return '';
  const count = characterCount(text);
  const from = position > 0 ? position - 1 : count + position;
  return from < 0 || from >= count ? '' : slice(text, from, Math.min(count, from + length));
}

function locate(needle: string, text: string, position: number): number {
  if (position < 1) return 0;
  const characters = characterCount(text);
  if (position > characters + 1) return 0;
  const start = slice(text, 0, position - 1).length;
  // MySQL answers the place of the empty text in bytes.
  if (needle === '') return Buffer.byteLength(text.slice(0, start)) + 1;
  const index = text.indexOf(needle, start);
  return index < 0 ? 0 : characterCount(text.slice(0, index)) + 1;
}

/** Maps every character by itself; what has no single counterpart stays (ß). */
function mapCase(text: string, map: (character: string) => string): string {
  if (isAscii(text)) return map(text);
  let result = '';
  for (const character of text) {
    const mapped = map(character);
    result += characterCount(mapped) === 1 ? mapped : character;
  }
  return result;
}

const strip = (text: string, remove: string, side: string): string => {
  if (remove === '') return text;
  let [from, to] = [0, text.length];
  if (side !== 'TRAILING')
    while (to - from >= remove.length && text.startsWith(remove, from)) from += remove.length;
  if (side !== 'LEADING') while (to - from >= remove.length && text.endsWith(remove, to)) to -= remove.length;
  return text.slice(from, to);
};

function pad(text: string, length: number, filler: string, left: boolean): SqlValue {
  if (length < 0 || length > longestTextBytes) return null;
  const count = characterCount(text);
  if (count >= length) return slice(text, 0, length);
  if (filler === '') return null;
  const missing = length - count;
  const times = Math.ceil(missing / characterCount(filler));
  const padding = slice(filler.repeat(times), 0, missing);
  return left ? padding + text : text + padding;
}

function repeat(text: string, count: number): SqlValue {
  if (count < 1) return '';
  return text.length * count > longestTextBytes ? null : text.repeat(count);
}

function substringIndex(text: string, delimiter: string, count: number): string {
  if (delimiter === '' || count === 0) return '';
  const parts = text.split(delimiter);
  if (Math.abs(count) >= parts.length) return text;
  return (count > 0 ? parts.slice(0, count) : parts.slice(count)).join(delimiter);
}

function insertText(text: string, position: number, length: number, inserted: string): string {
  const count = characterCount(text);
  if (position < 1 || position > count) return text;
  const end = length < 0 || position - 1 + length > count ? count : position - 1 + length;
  return slice(text, 0, position - 1) + inserted + slice(text, end, count);
}

const concat: FunctionCompiler = (args) => {
  const texts = args.map(textArgument);
  return strictAll(texts, (values) => values.join(''));
};

const concatWithSeparator: FunctionCompiler = (args) => {
  const [separator, ...texts] = args.map(textArgument);
  return (env) => {
    const between = separator!.evaluate(env);
    if (between === null) return null;
    return texts
      .map((text) => text.evaluate(env))
      .filter((value) => value !== null)
      .join(String(between));
  };
};

const bytesOf = (value: Value): Uint8Array =>
  value instanceof Uint8Array ? value : Buffer.from(String(value));

/** A function of the bytes of a text or a binary string. */
function bytesFunction(compute: (bytes: Uint8Array) => SqlValue): FunctionCompiler {
  return (args) => {
    const arg = typeClass(args[0]!.type) === 'binary' ? args[0]! : textArgument(args[0]!);
    return strict1(arg, (value) => compute(bytesOf(value)));
  };
}

function counted(count: (value: Value) => number, binary: boolean): FunctionCompiler {
  return (args, type) => {
    const result = integerIn(type);
    const arg = binary && typeClass(args[0]!.type) === 'binary' ? args[0]! : textArgument(args[0]!);
    return strict1(arg, (value) => result(count(value)));
  };
}

function castEvaluator(arg: Argument, type: SqlType): Evaluator {
  const convert = converter(arg.type, type);
  return strict1(arg, convert);
}

/** Halves of doubles go away from zero here, where a conversion takes them to the even number. */
function awayFromZero(arg: Argument): Argument {
  if (typeClass(arg.type) !== 'real') return arg;
  const round = (value: Value): number => Math.trunc(Number(value) + (Number(value) > 0 ? 0.5 : -0.5));
  return { ...arg, type: { kind: 'double' }, literal: undefined, evaluate: strict1(arg, round) };
}

const hex: FunctionCompiler = (args, type) => {
  const arg = args[0]!;
  switch (typeClass(arg.type)) {
    case 'integer':
      return strict1(arg, (value) =>
        BigInt.asUintN(64, BigInt(value as number | bigint))
          .toString(16)
          .toUpperCase(),
      );
    case 'string':
    case 'binary':
      return strict1(arg, (value) => Buffer.from(bytesOf(value)).toString('hex').toUpperCase());
    case 'decimal':
    case 'real':
      // Rounded as a number is that becomes an integer.
      return hex(
        [
          {
            ...arg,
            type: { kind: 'bigint', unsigned: false },
            literal: undefined,
            evaluate: castEvaluator(awayFromZero(arg), { kind: 'bigint', unsigned: false }),
          },
        ],
        type,
      );
    case 'temporal':
      return hex([{ ...textArgument(arg), type: longtext, literal: undefined }], type);
    default:
      throw new Refusal(`HEX of ${arg.type.kind}`);
  }
};

const locating = (order: (values: readonly Value[]) => number): FunctionCompiler => {
  return (args, type): Evaluator => {
    const result = integerIn(type);
    return strictAll(
      args.map((arg, index) => (index < 2 ? textArgument(arg) : arg)),
      (values) => result(order(values)),
    );
  };
};

const elt: FunctionCompiler = (args) => {
  const [index, ...items] = args as [Argument, ...Argument[]];
  return (env: EvaluationEnv) => {
    const position = index.evaluate(env);
    return position === null ? null : (items[Number(position) - 1]?.evaluate(env) ?? null);
  };
};

const digest = (algorithm: string): FunctionCompiler =>
  bytesFunction((bytes) => createHash(algorithm).update(bytes).digest('hex'));

function cased(map: (character: string) => string): FunctionCompiler {
  return textFunction(1, (text) => mapCase(String(text), map));
}

/** The longest prefix of at most `limit` bytes that ends with a whole character. */
function bytePrefix(text: string, limit: number): string {
  const bytes = Buffer.from(text, 'utf8');
  let end = Math.min(limit, bytes.length);
  while (end > 0 && end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** What GROUP_CONCAT leaves of a longer text; the warning names the value that was cut. */
const groupConcatCut: FunctionCompiler =
  ([text, limit, separator]) =>
  (env) => {
    const whole = text!.evaluate(env);
    if (whole === null) return null;
    const cut = bytePrefix(String(whole), Number(limit!.evaluate(env)));
    const between = String(separator!.evaluate(env));
    const values = between === '' ? 1 : cut.split(between).length;
    env.warn(1260, `Row ${values} was cut by GROUP_CONCAT()`);
    return cut;
  };

export const stringFunctions: Readonly<Record<string, FunctionCompiler>> = {
  GROUP_CONCAT_CUT: groupConcatCut,
  CONCAT: concat,
  CONCAT_WS: concatWithSeparator,
  UPPER: cased((text) => text.toUpperCase()),
  LOWER: cased((text) => text.toLowerCase()),
  LENGTH: counted((value) => bytesOf(value).length, true),
  BIT_LENGTH: counted((value) => bytesOf(value).length * 8, true),
  CHAR_LENGTH: counted((value) => characterCount(String(value)), false),
  ASCII: counted((value) => bytesOf(value)[0] ?? 0, true),
  SUBSTRING: textFunction(1, (text, position, length) =>
    substring(
      String(text),
      clampedNumber(position!),
      length === undefined ? Number.MAX_SAFE_INTEGER : clampedNumber(length),
    ),
  ),
  LEFT: textFunction(1, (text, count) => slice(String(text), 0, Math.max(0, clampedNumber(count!)))),
  RIGHT: textFunction(1, (text, count) => {
    const characters = characterCount(String(text));
    return slice(String(text), Math.max(0, characters - Math.max(0, clampedNumber(count!))), characters);
  }),
  TRIM: textFunction(1, (text) => strip(String(text), ' ', 'BOTH')),
  TRIM_BOTH: textFunction(2, (text, remove) => strip(String(text), String(remove), 'BOTH')),
  TRIM_LEADING: textFunction(2, (text, remove) => strip(String(text), String(remove), 'LEADING')),
  TRIM_TRAILING: textFunction(2, (text, remove) => strip(String(text), String(remove), 'TRAILING')),
  LTRIM: textFunction(1, (text) => strip(String(text), ' ', 'LEADING')),
  RTRIM: textFunction(1, (text) => strip(String(text), ' ', 'TRAILING')),
  // Letters' case counts whatever the collation, as in SUBSTRING_INDEX and TRIM.
  REPLACE: textFunction(3, (text, from, to) =>
    from === '' ? String(text) : String(text).split(String(from)).join(String(to)),
  ),
  REVERSE: textFunction(1, (text) => charactersOf(String(text)).reverse().join('')),
  REPEAT: textFunction(1, (text, count) => repeat(String(text), clampedNumber(count!))),
  SPACE: (args) => strict1(args[0]!, (count) => repeat(' ', clampedNumber(count))),
  LPAD: (args) => {
    const [text, length, filler] = args as [Argument, Argument, Argument];
    return strictAll([textArgument(text), length, textArgument(filler)], ([value, count, padding]) =>
      pad(String(value), clampedNumber(count!), String(padding), true),
    );
  },
  RPAD: (args) => {
    const [text, length, filler] = args as [Argument, Argument, Argument];
    return strictAll([textArgument(text), length, textArgument(filler)], ([value, count, padding]) =>
      pad(String(value), clampedNumber(count!), String(padding), false),
    );
  },
  LOCATE: locating(([needle, text, position]) => locate(String(needle), String(text), Number(position ?? 1))),
  INSTR: locating(([text, needle]) => locate(String(needle), String(text), 1)),
  FIND_IN_SET: locating(([needle, list]) =>
    list === '' || String(needle).includes(',') ? 0 : String(list).split(',').indexOf(String(needle)) + 1,
  ),
  SUBSTRING_INDEX: textFunction(2, (text, delimiter, count) =>
    substringIndex(String(text), String(delimiter), clampedNumber(count!)),
  ),
  INSERT: (args) => {
    const [text, position, length, inserted] = args as [Argument, Argument, Argument, Argument];
    return strictAll([textArgument(text), position, length, textArgument(inserted)], (values) =>
      insertText(String(values[0]), Number(values[1]), Number(values[2]), String(values[3])),
    );
  },
  ELT: elt,
  HEX: hex,
  MD5: digest('md5'),
  SHA: digest('sha1'),
  LIKE: likeFunction,
};
