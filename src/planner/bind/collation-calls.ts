/** Functions of the catalogue whose answer depends on the collation of their arguments. */
import { characterSetOf } from '../../catalog/metadata/charsets.ts';
import { comparesByBytes, ignoresCase } from '../../types/collation.ts';
import { typeClass } from '../../types/sql-type.ts';
import type { BoundExpr } from '../bound.ts';
import { derivationOf, strength } from './coercibility.ts';
import { byCollation, searchCollation, searched } from './collation.ts';
import { integerLiteral, textLiteral } from './context.ts';

type Call = Extract<BoundExpr, { kind: 'call' }>;

/** COLLATION, CHARSET and COERCIBILITY, which the types of their argument answer. */
export function collationFact(name: string, arg: BoundExpr | undefined): BoundExpr | undefined {
  if (arg === undefined || !/^(COLLATION|CHARSET|COERCIBILITY)$/.test(name)) return undefined;
  const { collation, strength: level } = derivationOf(arg);
  if (name === 'COERCIBILITY')
    return { kind: 'literal', value: level, type: { kind: 'int', unsigned: false } };
  const shown = level >= strength.numeric ? 'binary' : collation;
  return textLiteral(name === 'COLLATION' ? shown : characterSetOf(shown));
}

/** Where the match type stands among the arguments of REGEXP's kin, and what stands before it when left out. */
const matchTypes: Readonly<Record<string, readonly [at: number, defaults: readonly number[]]>> = {
  REGEXP: [2, []],
  REGEXP_LIKE: [2, []],
  REGEXP_INSTR: [5, [1, 1, 0]],
  REGEXP_REPLACE: [5, [1, 0]],
  REGEXP_SUBSTR: [4, [1, 1]],
};

/** A match type after the one that the collation means: the last letter of a kind counts. */
function withIgnoredCase(given: BoundExpr | undefined): BoundExpr {
  if (given === undefined) return textLiteral('i');
  if (given.kind === 'literal' && typeof given.value === 'string') return textLiteral(`i${given.value}`);
  return { kind: 'call', name: 'CONCAT', args: [textLiteral('i'), given], type: given.type, nullable: true };
}

function regexp(call: Call, [at, defaults]: readonly [number, readonly number[]]): Call {
  const [text, pattern, ...rest] = call.args as [BoundExpr, BoundExpr, ...BoundExpr[]];
  const collation = searchCollation([text, pattern], call.name);
  const args = searched([text, pattern, ...rest]);
  if (!ignoresCase(collation)) return { ...call, args };
  const missing = defaults.slice(args.length - (at - defaults.length)).map(integerLiteral);
  const name = call.name === 'REGEXP' ? 'REGEXP_LIKE' : call.name;
  return args.length > at
    ? { ...call, name, args: [...args.slice(0, at), withIgnoredCase(args[at])] }
    : { ...call, name, args: [...args, ...missing, withIgnoredCase(undefined)] };
}

/** A search within a text where weights decide; with the position that LOCATE begins at. */
function search(call: Call): Call {
  const [first, second, ...rest] = call.args as [BoundExpr, BoundExpr, ...BoundExpr[]];
  const collation = searchCollation([first, second], call.name);
  // A code is found where it stands, spaces and all.
  if (comparesByBytes(collation) || collation.endsWith('_bin'))
    return { ...call, args: [...searched([first, second]), ...rest] };
  const position = rest.length === 0 && call.name === 'LOCATE' ? [integerLiteral(1)] : rest;
  return {
    ...call,
    name: `COLLATION_${call.name}`,
    args: [first, second, ...position, textLiteral(collation)],
  };
}

/** The call as one that compares bytes, or that is told the collation. */
export function byItsCollation(call: Call): Call {
  const matchType = matchTypes[call.name];
  if (matchType !== undefined) return regexp(call, matchType);
  switch (call.name) {
    case 'LOCATE':
    case 'INSTR':
    case 'FIND_IN_SET': {
      return call.args.some(({ type }) => typeClass(type) === 'binary') ? call : search(call);
    }
    case 'STRCMP':
    case 'FIELD':
      return { ...call, args: byCollation(call.args, call.name) };
    default:
      return call;
  }
}
