/** JSON paths (MySQL 8.0 manual, "JSON Path Syntax"). */
import { GatewayError } from '../../base/errors.ts';
import type { JsonNode } from '../../types/json-tree.ts';

/** A place in an array; `fromEnd`: `last` is 0, `last-1` is 1. */
export interface ItemPlace {
  readonly index: number;
  readonly fromEnd: boolean;
}

export type PathLeg =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'anyMember' }
  | ({ readonly kind: 'item' } & ItemPlace)
  | { readonly kind: 'anyItem' }
  /** `[2 to last-1]` */
  | { readonly kind: 'items'; readonly from: ItemPlace; readonly to: ItemPlace }
  /** `**`: the value and everything in it. */
  | { readonly kind: 'all' };

const placeForm = '(?:\\d+|last(?:\\s*-\\s*\\d+)?)';
const legForm = new RegExp(
  '\\s*(?:' +
    '(?<all>\\*\\*)|' +
    '\\.\\s*(?:(?<anyMember>\\*)|(?<word>[\\p{L}_$][\\p{L}\\p{N}_$]*)|(?<quoted>"(?:[^"\\\\]|\\\\.)*"))|' +
    `\\[\\s*(?:(?<anyItem>\\*)|(?<from>${placeForm})(?:\\s+to\\s+(?<to>${placeForm}))?)\\s*\\])`,
  'uy',
);

function placeOf(text: string): ItemPlace {
  const fromEnd = text.startsWith('last');
  return { index: Number(/\d+/.exec(text)?.[0] ?? 0), fromEnd };
}

/** Names of members that are no words, or no JSON strings, are errors too. */
function nameOf(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

function legOf(groups: Record<string, string | undefined>): PathLeg | undefined {
  const { all, anyMember, word, quoted, anyItem, from, to } = groups;
  if (all !== undefined) return { kind: 'all' };
  if (anyMember !== undefined) return { kind: 'anyMember' };
  if (word !== undefined) return { kind: 'member', name: word };
  if (quoted !== undefined) {
    const name = nameOf(quoted);
    return name === undefined ? undefined : { kind: 'member', name };
  }
  if (anyItem !== undefined || from === undefined) return { kind: 'anyItem' };
  if (to === undefined) return { kind: 'item', ...placeOf(from) };
  const [first, last] = [placeOf(from), placeOf(to)];
  // A range that can hold nothing whatever the array is an error.
  const backwards =
    first.fromEnd === last.fromEnd && (first.fromEnd ? first.index < last.index : first.index > last.index);
  return backwards ? undefined : { kind: 'items', from: first, to: last };
}

/** The legs of a path; error 3143 for text that is none. */
export function parseJsonPath(text: string): readonly PathLeg[] {
  const trimmed = text.trim();
  const invalid = (position: number): GatewayError =>
    new GatewayError(
      'INVALID_JSON_PATH',
      `Invalid JSON path expression. The error is around character position ${position}.`,
    );
  if (!trimmed.startsWith('$')) throw invalid(1);
  const legs: PathLeg[] = [];
  let position = 1;
  while (position < trimmed.length) {
    legForm.lastIndex = position;
    const groups = legForm.exec(trimmed)?.groups;
    const leg = groups === undefined ? undefined : legOf(groups);
    if (leg === undefined) throw invalid(position + 1);
    legs.push(leg);
    position = legForm.lastIndex;
  }
  if (legs.at(-1)?.kind === 'all') throw invalid(trimmed.length);
  return legs;
}

/** Whether a path may lead to several values. */
export const hasWildcard = (legs: readonly PathLeg[]): boolean =>
  legs.some(({ kind }) => kind !== 'member' && kind !== 'item');

/** What is left of the nodes that a call may visit, for whoever follows many paths. */
export interface PathBudget {
  nodes: number;
}

/** The nodes that a path leads to, each once, in document order. Error 1041 beyond the budget. */
export function followJsonPath(
  node: JsonNode,
  legs: readonly PathLeg[],
  budget?: PathBudget,
): readonly JsonNode[] {
  let found: readonly JsonNode[] = [node];
  let descended = false;
  if (budget !== undefined) spend(budget, 1);
  for (const leg of legs) {
    found = found.flatMap((each) => {
      const next = step(each, leg);
      if (budget !== undefined) spend(budget, next.length + 1);
      return next;
    });
    descended ||= leg.kind === 'all';
    // Only below `**` can one node be reached on two ways.
    if (descended) found = [...new Set(found)];
  }
  return found;
}

function spend(budget: PathBudget, nodes: number): void {
  budget.nodes -= nodes;
  if (budget.nodes < 0) {
    throw new GatewayError('OUT_OF_RESOURCES', 'The paths lead to too many values of a JSON document');
  }
}

const offsetOf = ({ index, fromEnd }: ItemPlace, count: number): number =>
  fromEnd ? count - 1 - index : index;

function step(node: JsonNode, leg: PathLeg): readonly JsonNode[] {
  switch (leg.kind) {
    case 'member': {
      const member = node.kind === 'object' ? node.members.get(leg.name) : undefined;
      return member === undefined ? [] : [member];
    }
    case 'anyMember':
      return node.kind === 'object' ? [...node.members.values()] : [];
    case 'anyItem':
      return node.kind === 'array' ? node.items : [];
    case 'item': {
      // What is no array counts as one of one item.
      const items = node.kind === 'array' ? node.items : [node];
      const item = items[offsetOf(leg, items.length)];
      return item === undefined ? [] : [item];
    }
    case 'items': {
      const items = node.kind === 'array' ? node.items : [node];
      const [from, to] = [offsetOf(leg.from, items.length), offsetOf(leg.to, items.length)];
      return items.slice(Math.max(0, from), Math.max(0, to + 1));
    }
    case 'all':
      return descendants(node);
  }
}

/** Nesting is bounded by the parser of documents. */
function descendants(node: JsonNode, found: JsonNode[] = []): readonly JsonNode[] {
  found.push(node);
  if (node.kind === 'array') for (const item of node.items) descendants(item, found);
  if (node.kind === 'object') for (const member of node.members.values()) descendants(member, found);
  return found;
}
