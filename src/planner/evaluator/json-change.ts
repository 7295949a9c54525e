/** JSON functions that change, merge, search and lay out documents (MySQL 8.0 manual, "JSON Functions"). */
import { GatewayError } from '../../base/errors.ts';
import { byLengthThenBytes } from '../../types/json-text.ts';
import { type JsonNode, printJsonTree } from '../../types/json-tree.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, strict1, strict2, truth } from './argument.ts';
import type { EvaluationEnv } from './environment.ts';
import { document, equalNodes, nodes, pathOf, wildcards } from './json.ts';
import { followJsonPath, hasWildcard, type ItemPlace, type PathLeg } from './json-path.ts';
import { likeMatcher } from './like.ts';

type Change = (node: JsonNode, legs: readonly PathLeg[], value: JsonNode) => JsonNode;

const array = (items: readonly JsonNode[]): JsonNode => ({ kind: 'array', items });
const itemsOf = (node: JsonNode): readonly JsonNode[] => (node.kind === 'array' ? node.items : [node]);

/** Where an array leg points in `count` items: an index, negative before the first. */
const indexOf = (leg: ItemPlace, count: number): number => (leg.fromEnd ? count - 1 - leg.index : leg.index);

/** The tree with what stands at `legs` changed; unchanged where the path leads nowhere. */
function changeAt(node: JsonNode, legs: readonly PathLeg[], change: (node: JsonNode) => JsonNode): JsonNode {
  const [leg, ...rest] = legs;
  if (leg === undefined) return change(node);
  if (leg.kind === 'member') {
    const member = node.kind === 'object' ? node.members.get(leg.name) : undefined;
    if (node.kind !== 'object' || member === undefined) return node;
    return { kind: 'object', members: new Map(node.members).set(leg.name, changeAt(member, rest, change)) };
  }
  if (leg.kind !== 'item') throw wildcards();
  const items = itemsOf(node);
  const index = indexOf(leg, items.length);
  const item = items[index];
  if (item === undefined) return node;
  const changed = changeAt(item, rest, change);
  return node.kind === 'array' ? array(items.with(index, changed)) : changed;
}

/** A value put where nothing stands yet, below a parent that exists. */
const insertAt: Change = (root, legs, value) => {
  const last = legs.at(-1);
  if (last === undefined) return root;
  return changeAt(root, legs.slice(0, -1), (parent) => {
    if (last.kind === 'member') {
      if (parent.kind !== 'object') return parent;
      return { kind: 'object', members: new Map(parent.members).set(last.name, value) };
    }
    if (last.kind !== 'item') throw wildcards();
    const items = itemsOf(parent);
    return indexOf(last, items.length) < 0 ? array([value, ...items]) : array([...items, value]);
  });
};

const exists = (root: JsonNode, legs: readonly PathLeg[]): boolean => followJsonPath(root, legs).length > 0;

const insert: Change = (root, legs, value) => (exists(root, legs) ? root : insertAt(root, legs, value));
const replace: Change = (root, legs, value) => changeAt(root, legs, () => value);
const set: Change = (root, legs, value) => (exists(root, legs) ? replace : insertAt)(root, legs, value);
const append: Change = (root, legs, value) =>
  changeAt(root, legs, (node) => array([...itemsOf(node), value]));

const insertItem: Change = (root, legs, value) => {
  const last = legs.at(-1);
  if (last?.kind !== 'item') {
    throw new GatewayError('JSON_PATH_NO_CELL', 'A path expression is not a path to a cell in an array.');
  }
  return changeAt(root, legs.slice(0, -1), (parent) => {
    if (parent.kind !== 'array') return parent;
    const index = Math.max(0, Math.min(parent.items.length, indexOf(last, parent.items.length)));
    return array(parent.items.toSpliced(index, 0, value));
  });
};

/** A function of a document and pairs of a path and a value, applied in their order. */
function changing(change: Change): FunctionCompiler {
  return (args) => {
    const [doc, ...rest] = args as [Argument, ...Argument[]];
    const paths = rest.filter((_, index) => index % 2 === 0).map(pathOf);
    const values = nodes(rest.filter((_, index) => index % 2 === 1));
    return (env) => {
      const text = doc.evaluate(env);
      if (text === null) return null;
      let tree = document(text, doc);
      for (const [index, path] of paths.entries()) {
        const legs = path(env);
        if (legs === null) return null;
        if (hasWildcard(legs)) throw wildcards();
        tree = change(tree, legs, values[index]!(env));
      }
      return printJsonTree(tree);
    };
  };
}

function withoutItem(root: JsonNode, legs: readonly PathLeg[]): JsonNode {
  const last = legs.at(-1);
  if (last === undefined) {
    throw new GatewayError('JSON_VACUOUS_PATH', "The path expression '$' is not allowed in this context.");
  }
  return changeAt(root, legs.slice(0, -1), (parent) => {
    if (last.kind === 'member' && parent.kind === 'object') {
      const members = new Map(parent.members);
      members.delete(last.name);
      return { kind: 'object', members };
    }
    if (last.kind !== 'item' || parent.kind !== 'array') return parent;
    const index = indexOf(last, parent.items.length);
    return index < 0 || index >= parent.items.length ? parent : array(parent.items.toSpliced(index, 1));
  });
}

const remove: FunctionCompiler = (args) => {
  const [doc, ...rest] = args as [Argument, ...Argument[]];
  const paths = rest.map(pathOf);
  return (env) => {
    const text = doc.evaluate(env);
    if (text === null) return null;
    let tree = document(text, doc);
    for (const path of paths) {
      const legs = path(env);
      if (legs === null) return null;
      if (hasWildcard(legs)) throw wildcards();
      tree = withoutItem(tree, legs);
    }
    return printJsonTree(tree);
  };
};

function mergePreserving(a: JsonNode, b: JsonNode): JsonNode {
  if (a.kind !== 'object' || b.kind !== 'object') return array([...itemsOf(a), ...itemsOf(b)]);
  const members = new Map(a.members);
  for (const [name, node] of b.members) {
    const own = members.get(name);
    members.set(name, own === undefined ? node : mergePreserving(own, node));
  }
  return { kind: 'object', members };
}

const isNull = (node: JsonNode): boolean => node.kind === 'scalar' && node.text === 'null';

/** RFC 7396. */
function patched(target: JsonNode, patch: JsonNode): JsonNode {
  if (patch.kind !== 'object') return patch;
  const members = new Map(target.kind === 'object' ? target.members : []);
  for (const [name, node] of patch.members) {
    if (isNull(node)) members.delete(name);
    else members.set(name, patched(members.get(name) ?? { kind: 'scalar', text: 'null' }, node));
  }
  return { kind: 'object', members };
}

const mergeAll: FunctionCompiler = (args) => (env) => {
  const texts = args.map((arg) => arg.evaluate(env));
  if (texts.some((text) => text === null)) return null;
  return printJsonTree(texts.map((text, index) => document(text!, args[index]!)).reduce(mergePreserving));
};

/** NULL until an argument that is no object, which replaces all before it. */
const patchAll: FunctionCompiler = (args) => (env) => {
  let result: JsonNode | null | undefined;
  for (const arg of args) {
    const text = arg.evaluate(env);
    const node = text === null ? null : document(text, arg);
    if (node === null) result = null;
    else if (result === undefined || node.kind !== 'object') result = node;
    else if (result !== null) result = patched(result, node);
  }
  return result === null || result === undefined ? null : printJsonTree(result);
};

function overlap(a: JsonNode, b: JsonNode): boolean {
  if (a.kind === 'object' && b.kind === 'object') {
    return [...a.members].some(([name, node]) => {
      const other = b.members.get(name);
      return other !== undefined && equalNodes(node, other);
    });
  }
  if (a.kind !== 'array' && b.kind !== 'array') return equalNodes(a, b);
  return itemsOf(a).some((item) => itemsOf(b).some((other) => equalNodes(item, other)));
}

function pretty(node: JsonNode, indent: string): string {
  const deeper = `${indent}  `;
  if (node.kind === 'array') {
    if (node.items.length === 0) return '[]';
    return `[\n${node.items.map((item) => deeper + pretty(item, deeper)).join(',\n')}\n${indent}]`;
  }
  if (node.kind === 'object') {
    if (node.members.size === 0) return '{}';
    const names = [...node.members.keys()].sort(byLengthThenBytes);
    const members = names.map(
      (name) => `${deeper}${JSON.stringify(name)}: ${pretty(node.members.get(name)!, deeper)}`,
    );
    return `{\n${members.join(',\n')}\n${indent}}`;
  }
  return printJsonTree(node);
}

/** The paths of the strings that match, in the order of the document. */
function pathsOf(node: JsonNode, matches: (text: string) => boolean, path: string): string[] {
  switch (node.kind) {
    case 'string':
      return matches(node.value) ? [path] : [];
    case 'array':
      return node.items.flatMap((item, index) => pathsOf(item, matches, `${path}[${index}]`));
    case 'object':
      return [...node.members.keys()].sort(byLengthThenBytes).flatMap((name) => {
        const step = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : JSON.stringify(name);
        return pathsOf(node.members.get(name)!, matches, `${path}.${step}`);
      });
    default:
      return [];
  }
}

const search: FunctionCompiler = (args) => {
  const [doc, mode, wanted, escapeWith] = args as [Argument, Argument, Argument, Argument | undefined];
  return (env: EvaluationEnv): SqlValue => {
    const values = [doc, mode, wanted].map((arg) => arg.evaluate(env));
    if (values.some((value) => value === null)) return null;
    const word = String(values[1]).toLowerCase();
    if (word !== 'one' && word !== 'all') {
      throw new GatewayError(
        'JSON_ONE_OR_ALL',
        "The oneOrAll argument to json_search may take these values: 'one' or 'all'.",
      );
    }
    const escapeCharacter = escapeWith?.evaluate(env) ?? '\\';
    const matches = likeMatcher(String(values[2]), String(escapeCharacter));
    const found = pathsOf(document(values[0]!, doc), matches, '$');
    if (found.length === 0) return null;
    const texts = (word === 'one' ? found.slice(0, 1) : found).map((path) => JSON.stringify(path));
    return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
  };
};

export const jsonChangeFunctions: Readonly<Record<string, FunctionCompiler>> = {
  JSON_SET: changing(set),
  JSON_INSERT: changing(insert),
  JSON_REPLACE: changing(replace),
  JSON_ARRAY_APPEND: changing(append),
  JSON_ARRAY_INSERT: changing(insertItem),
  JSON_REMOVE: remove,
  JSON_MERGE_PRESERVE: mergeAll,
  JSON_MERGE_PATCH: patchAll,
  JSON_OVERLAPS: ([a, b]) => strict2(a!, b!, (x, y) => truth(overlap(document(x, a!), document(y, b!)))),
  'MEMBER OF': (args) => {
    const [value] = nodes([args[0]!]);
    const [operand, list] = [args[0]!.evaluate, args[1]!.evaluate];
    return (env) => {
      const text = list(env);
      if (text === null || operand(env) === null) return null;
      const wanted = value!(env);
      return truth(itemsOf(document(text, args[1]!)).some((item) => equalNodes(item, wanted)));
    };
  },
  JSON_PRETTY: ([doc]) => strict1(doc!, (value) => pretty(document(value, doc!), '')),
  JSON_SEARCH: search,
};
