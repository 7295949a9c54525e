/** JSON paths (MySQL 8.0 manual, "JSON Path Syntax") without `**` and ranges. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { JsonNode } from '../../types/json-tree.ts';

export type PathLeg =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'anyMember' }
  /** `fromEnd`: `last` is 0, `last-1` is 1. */
  | { readonly kind: 'item'; readonly index: number; readonly fromEnd: boolean }
  | { readonly kind: 'anyItem' };

const legForm =
  /\s*(?:\.\s*(?:(\*)|([\p{L}_$][\p{L}\p{N}_$]*)|("(?:[^"\\]|\\.)*"))|\[\s*(?:(\*)|(\d+)|last(?:\s*-\s*(\d+))?)\s*\])/uy;

/** The legs of a path; error 3143 for text that is none. */
export function parseJsonPath(text: string): readonly PathLeg[] {
  const trimmed = text.trim();
  const invalid = (position: number): GatewayError =>
    new GatewayError(
      'INVALID_JSON_PATH',
      `Invalid JSON path expression. The error is around character position ${position}.`,
    );
  if (!trimmed.startsWith('$')) throw invalid(1);
  if (trimmed.includes('**')) throw notSupported('** in a JSON path');
  const legs: PathLeg[] = [];
  let position = 1;
  while (position < trimmed.length) {
    legForm.lastIndex = position;
    const match = legForm.exec(trimmed);
    if (match === null) throw invalid(position + 1);
    legs.push(legOf(match));
    position = legForm.lastIndex;
  }
  return legs;
}

function legOf(match: RegExpExecArray): PathLeg {
  const [, anyMember, word, quoted, anyItem, index, back] = match;
  if (anyMember !== undefined) return { kind: 'anyMember' };
  if (word !== undefined) return { kind: 'member', name: word };
  if (quoted !== undefined) return { kind: 'member', name: String(JSON.parse(quoted)) };
  if (anyItem !== undefined) return { kind: 'anyItem' };
  if (index !== undefined) return { kind: 'item', index: Number(index), fromEnd: false };
  return { kind: 'item', index: Number(back ?? 0), fromEnd: true };
}

export const hasWildcard = (legs: readonly PathLeg[]): boolean =>
  legs.some(({ kind }) => kind === 'anyMember' || kind === 'anyItem');

/** The nodes that a path leads to, in document order. */
export function followJsonPath(node: JsonNode, legs: readonly PathLeg[]): JsonNode[] {
  let found = [node];
  for (const leg of legs) found = found.flatMap((each) => step(each, leg));
  return found;
}

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
      const item = items[leg.fromEnd ? items.length - 1 - leg.index : leg.index];
      return item === undefined ? [] : [item];
    }
  }
}
