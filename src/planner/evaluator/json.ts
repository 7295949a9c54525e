/** JSON functions that read and make documents (MySQL 8.0 manual, "JSON Functions"). */
import { GatewayError } from '../../base/errors.ts';
import { compareDecimals, decimalOfText, parseDecimal } from '../../types/decimal.ts';
import { type JsonNode, parseJsonTree, printJsonTree } from '../../types/json-tree.ts';
import { formatDouble } from '../../types/real-text.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import { formatDate, formatDatetime, formatTime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, integerIn, strict1, truth } from './argument.ts';
import { type EvaluationEnv, type Evaluator, localOfUtc, Refusal } from './environment.ts';
import { followJsonPath, hasWildcard, type PathLeg, parseJsonPath } from './json-path.ts';
import { convertNode } from './json-value.ts';

type Value = NonNullable<SqlValue>;
type ToNode = (value: Value, env: EvaluationEnv) => JsonNode;

const scalar = (text: string): JsonNode => ({ kind: 'scalar', text });
const string = (value: string): JsonNode => ({ kind: 'string', value });
const nothing = scalar('null');

/** CAST(… AS JSON), as its errors call it. */
export const castPlace = { call: 'cast_as_json', position: 1 };

/** A value as the JSON value that JSON_ARRAY makes of it. */
function nodeOf(type: SqlType): ToNode {
  switch (typeClass(type)) {
    case 'json':
      return (value) => parseJsonTree(String(value), castPlace);
    case 'string':
      return (value) => string(String(value));
    case 'integer':
      // A predicate is a boolean; a column of BOOLEAN, which is a TINYINT, a number.
      if (type.kind === 'bigint' && type.displayWidth === 1)
        return (value) => scalar(value === 0n ? 'false' : 'true');
      return (value) => scalar(String(value));
    case 'decimal':
      return (value) => scalar(String(value));
    case 'real':
      return (value) => {
        const text = formatDouble(Number(value));
        return scalar(/[.e]/.test(text) ? text : `${text}.0`);
      };
    case 'temporal':
      return temporalNode(type);
    case 'null':
      return () => nothing;
    default:
      throw new Refusal(`${type.kind} as a JSON value`);
  }
}

function temporalNode(type: SqlType): ToNode {
  if (type.kind === 'date') return (value) => string(formatDate(Number(value)));
  if (type.kind === 'time') return (value) => string(formatTime(value as bigint, 6));
  if (type.kind === 'timestamp')
    return (value, env) => string(formatDatetime(localOfUtc(env, value as bigint), 6));
  return (value) => string(formatDatetime(value as bigint, 6));
}

/** CAST(… AS JSON): text is read as a document, anything else becomes its JSON value. */
export function toJson(from: SqlType): (value: Value, env: EvaluationEnv) => string {
  if (typeClass(from) === 'string') return (value) => printJsonTree(parseJsonTree(String(value), castPlace));
  const convert = nodeOf(from);
  return (value, env) => printJsonTree(convert(value, env));
}

/** The document that an argument's value is. Error 3141. */
export const document = (value: Value, arg: Argument): JsonNode => parseJsonTree(String(value), arg.place);

/** The path of an argument: parsed once when it is a literal. */
export function pathOf(arg: Argument): (env: EvaluationEnv) => readonly PathLeg[] | null {
  if (typeof arg.literal === 'string') {
    const legs = parseJsonPath(arg.literal);
    return () => legs;
  }
  // A parameter is the same for all rows, so the last path nearly always is the next.
  let last: { readonly text: SqlValue; readonly legs: readonly PathLeg[] } | undefined;
  return (env) => {
    const text = arg.evaluate(env);
    if (text === null) return null;
    if (last?.text !== text) last = { text, legs: parseJsonPath(String(text)) };
    return last.legs;
  };
}

const extract: FunctionCompiler = (args) => {
  const [doc, ...rest] = args as [Argument, ...Argument[]];
  const paths = rest.map(pathOf);
  return (env) => {
    const value = doc.evaluate(env);
    if (value === null) return null;
    const legs = paths.map((path) => path(env));
    if (legs.some((each) => each === null)) return null;
    const all = legs as readonly (readonly PathLeg[])[];
    const tree = document(value, doc);
    const found = all.flatMap((each) => followJsonPath(tree, each));
    if (found.length === 0) return null;
    if (all.length === 1 && !hasWildcard(all[0]!)) return printJsonTree(found[0]!);
    return printJsonTree({ kind: 'array', items: found });
  };
};

/** A function of the node at an optional path; NULL when the path leads nowhere. */
function atPath(compute: (node: JsonNode) => SqlValue): FunctionCompiler {
  return (args) => {
    const [doc, pathArg] = args as [Argument, Argument | undefined];
    const path = pathArg === undefined ? () => [] : pathOf(pathArg);
    return (env) => {
      const value = doc.evaluate(env);
      const legs = path(env);
      if (value === null || legs === null) return null;
      if (hasWildcard(legs)) throw wildcards();
      const node = followJsonPath(document(value, doc), legs)[0];
      return node === undefined ? null : compute(node);
    };
  };
}

export const wildcards = (): GatewayError =>
  new GatewayError(
    'JSON_PATH_WILDCARD',
    'In this situation, path expressions may not contain the * and ** tokens or an array range.',
  );

const unquote: FunctionCompiler = (args) => {
  const arg = args[0]!;
  if (typeClass(arg.type) === 'json') {
    return strict1(arg, (value) => {
      const text = String(value);
      return text.startsWith('"') ? String(JSON.parse(text)) : text;
    });
  }
  if (typeClass(arg.type) !== 'string') throw new Refusal(`JSON_UNQUOTE of ${arg.type.kind}`);
  return strict1(arg, (value) => {
    const text = String(value);
    if (!/^".*"$/s.test(text)) return text;
    const node = document(text, arg);
    return node.kind === 'string' ? node.value : text;
  });
};

function lengthOf(node: JsonNode): number {
  if (node.kind === 'object') return node.members.size;
  return node.kind === 'array' ? node.items.length : 1;
}

function depthOf(node: JsonNode): number {
  const children =
    node.kind === 'object' ? [...node.members.values()] : node.kind === 'array' ? node.items : [];
  return 1 + children.reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0);
}

function typeOf(node: JsonNode): string {
  if (node.kind !== 'scalar') return node.kind.toUpperCase();
  if (node.text === 'null') return 'NULL';
  if (node.text === 'true' || node.text === 'false') return 'BOOLEAN';
  if (!/^-?\d+$/.test(node.text)) return 'DOUBLE';
  return BigInt(node.text) > 9_223_372_036_854_775_807n ? 'UNSIGNED INTEGER' : 'INTEGER';
}

/** Whether two documents are the same value; numbers compare by value. */
export function equalNodes(a: JsonNode, b: JsonNode): boolean {
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    if (a.text === b.text) return true;
    const [x, y] = [parseDecimal(a.text), parseDecimal(b.text)];
    return x !== undefined && y !== undefined && compareDecimals(decimalOfText(a.text), y) === 0;
  }
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value;
  if (a.kind === 'array' && b.kind === 'array') {
    return (
      a.items.length === b.items.length && a.items.every((item, index) => equalNodes(item, b.items[index]!))
    );
  }
  if (a.kind !== 'object' || b.kind !== 'object' || a.members.size !== b.members.size) return false;
  return [...a.members].every(([name, node]) => {
    const other = b.members.get(name);
    return other !== undefined && equalNodes(node, other);
  });
}

/** JSON_CONTAINS: an array holds an array when it holds all its items, and anything else when one item does. */
function contains(target: JsonNode, candidate: JsonNode): boolean {
  if (target.kind === 'array') {
    const wanted = candidate.kind === 'array' ? candidate.items : [candidate];
    return wanted.every((each) => target.items.some((item) => contains(item, each)));
  }
  if (target.kind === 'object' && candidate.kind === 'object') {
    return [...candidate.members].every(([name, node]) => {
      const member = target.members.get(name);
      return member !== undefined && contains(member, node);
    });
  }
  return equalNodes(target, candidate);
}

const jsonContains: FunctionCompiler = (args) => {
  const [target, candidate, pathArg] = args as [Argument, Argument, Argument | undefined];
  const path = pathArg === undefined ? () => [] : pathOf(pathArg);
  return (env) => {
    const [value, wanted, legs] = [target.evaluate(env), candidate.evaluate(env), path(env)];
    if (value === null || wanted === null || legs === null) return null;
    const node = followJsonPath(document(value, target), legs)[0];
    return node === undefined ? null : truth(contains(node, document(wanted, candidate)));
  };
};

const containsPath: FunctionCompiler = (args) => {
  const [doc, mode, ...rest] = args as [Argument, Argument, ...Argument[]];
  const paths = rest.map(pathOf);
  return (env) => {
    const [value, word] = [doc.evaluate(env), mode.evaluate(env)];
    const legs = paths.map((path) => path(env));
    if (value === null || word === null || legs.some((each) => each === null)) return null;
    const tree = document(value, doc);
    const leads = (each: readonly PathLeg[] | null): boolean => followJsonPath(tree, each ?? []).length > 0;
    const all = String(word).toLowerCase() === 'all';
    return truth(all ? legs.every(leads) : legs.some(leads));
  };
};

/** Arguments as JSON values, NULL as the JSON null. */
export function nodes(args: readonly Argument[]): ((env: EvaluationEnv) => JsonNode)[] {
  return args.map((arg) => {
    const convert = nodeOf(arg.type);
    return (env) => {
      const value = arg.evaluate(env);
      return value === null ? nothing : convert(value, env);
    };
  });
}

const array = (args: readonly Argument[]): Evaluator => {
  const items = nodes(args);
  return (env) => printJsonTree({ kind: 'array', items: items.map((item) => item(env)) });
};

const object = (args: readonly Argument[]): Evaluator => {
  const names = args.filter((_, index) => index % 2 === 0);
  const values = nodes(args.filter((_, index) => index % 2 === 1));
  if (names.length !== values.length) throw new Refusal('JSON_OBJECT with a name and no value');
  return (env) => {
    const members = new Map<string, JsonNode>();
    names.forEach((name, index) => {
      const text = name.evaluate(env);
      if (text === null) {
        throw new GatewayError('JSON_NULL_NAME', 'JSON documents may not contain NULL member names.');
      }
      members.set(String(text), values[index]!(env));
    });
    return printJsonTree({ kind: 'object', members });
  };
};

const valid: FunctionCompiler = (args) => {
  const arg = args[0]!;
  const name = typeClass(arg.type);
  return strict1(arg, (value) => {
    if (name === 'json') return 1n;
    if (name !== 'string') return 0n;
    try {
      document(value, arg);
      return 1n;
    } catch (error) {
      if (error instanceof GatewayError) return 0n;
      throw error;
    }
  });
};

/** The value at a path in the call's type; ON EMPTY and ON ERROR are words with the values that they may name. */
const jsonValue: FunctionCompiler = (args, type) => {
  const [doc, pathArg, empty, failed, emptyValue, failedValue] = args as [
    Argument,
    Argument,
    Argument,
    Argument,
    Argument,
    Argument,
  ];
  const path = pathOf(pathArg);
  const column = { name: 'json_value', type };
  const settle = (
    word: Argument,
    value: Argument,
    env: EvaluationEnv,
    error: () => GatewayError,
  ): SqlValue => {
    if (word.literal === 'error') throw error();
    return word.literal === 'default' ? value.evaluate(env) : null;
  };
  return (env) => {
    const value = doc.evaluate(env);
    const legs = path(env);
    if (value === null || legs === null) return null;
    const found = followJsonPath(document(value, doc), legs);
    if (found.length === 0)
      return settle(empty, emptyValue, env, () => noJsonValue('JSON_VALUE_MISSING', 'No value'));
    if (found.length > 1) {
      return settle(failed, failedValue, env, () =>
        noJsonValue('JSON_VALUE_MULTIPLE', 'More than one value'),
      );
    }
    const converted = convertNode(found[0]!, column, env);
    return 'value' in converted ? converted.value : settle(failed, failedValue, env, converted.error);
  };
};

const noJsonValue = (code: 'JSON_VALUE_MISSING' | 'JSON_VALUE_MULTIPLE', what: string): GatewayError =>
  new GatewayError(code, `${what} was found by 'json_value' on the specified path.`);

export const jsonFunctions: Readonly<Record<string, FunctionCompiler>> = {
  JSON_EXTRACT: extract,
  JSON_UNQUOTE: unquote,
  JSON_VALUE: jsonValue,
  JSON_LENGTH: (args, type) => atPath((node) => integerIn(type)(lengthOf(node)))(args, type),
  JSON_DEPTH: (args, type) => atPath((node) => integerIn(type)(depthOf(node)))(args, type),
  JSON_KEYS: atPath((node) =>
    node.kind === 'object'
      ? printJsonTree({ kind: 'array', items: [...node.members.keys()].map(string) })
      : null,
  ),
  JSON_TYPE: atPath(typeOf),
  JSON_CONTAINS: jsonContains,
  JSON_CONTAINS_PATH: containsPath,
  JSON_ARRAY: array,
  JSON_OBJECT: object,
  JSON_QUOTE: (args) => strict1(args[0]!, (value) => JSON.stringify(String(value))),
  JSON_VALID: valid,
};
