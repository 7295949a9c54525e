/** Text functions of binary strings: the same functions, a byte being a character. */
import { typeClass, varchar } from '../../types/sql-type.ts';
import type { Argument, FunctionCompiler } from './argument.ts';
import type { Evaluator } from './environment.ts';

const textFunctions: ReadonlySet<string> = new Set([
  'CHAR_LENGTH',
  'LOWER',
  'UPPER',
  'LEFT',
  'RIGHT',
  'LPAD',
  'RPAD',
  'LTRIM',
  'RTRIM',
  'TRIM',
  'TRIM_BOTH',
  'TRIM_LEADING',
  'TRIM_TRAILING',
  'SUBSTRING',
  'REPEAT',
  'REPLACE',
  'REVERSE',
  'INSERT',
  'SUBSTRING_INDEX',
  'QUOTE',
  'ORD',
  'MAKE_SET',
  'EXPORT_SET',
  'INSTR',
  'LOCATE',
  'FIND_IN_SET',
  'STRCMP',
  'ELT',
  'SOUNDEX',
]);

const isBinary = (arg: Argument): boolean => typeClass(arg.type) === 'binary';

/** Whether a call is one of a text function on bytes. */
export function needsBytes(name: string, args: readonly Argument[]): boolean {
  return textFunctions.has(name) && args.some(isBinary);
}

/** Bytes as a text of as many characters, each with the byte's number. */
const characters = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function asCharacters(arg: Argument): Argument {
  const name = typeClass(arg.type);
  if (name !== 'string' && name !== 'binary') return arg;
  const { evaluate } = arg;
  return {
    ...arg,
    type: varchar(65_535),
    literal: undefined,
    evaluate: (env) => {
      const value = evaluate(env);
      if (value === null) return null;
      return characters(value instanceof Uint8Array ? value : Buffer.from(String(value), 'utf8'));
    },
  };
}

/** Compiles a text function for arguments some of which are binary. */
export function onBytes(
  name: string,
  compiler: FunctionCompiler,
  args: readonly Argument[],
  type: Parameters<FunctionCompiler>[1],
): Evaluator {
  // Bytes have no case.
  if (name === 'LOWER' || name === 'UPPER') return args[0]!.evaluate;
  if (name === 'ORD') {
    const { evaluate } = args[0]!;
    return (env) => {
      const value = evaluate(env);
      const code = value instanceof Uint8Array ? (value[0] ?? 0) : 0;
      return value === null ? null : BigInt(code);
    };
  }
  const computed = compiler(args.map(asCharacters), type);
  return (env) => {
    const value = computed(env);
    return typeof value === 'string' ? Uint8Array.from(Buffer.from(value, 'latin1')) : value;
  };
}
