/** JSON documents as trees whose numbers keep their digits. The text is the normal one of src/types/json-text.ts. */
import { assertNever } from '../base/assert.ts';
import { byLengthThenBytes, type JsonPlace, normalizeJson } from './json-text.ts';

export type JsonNode =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  /** A number, `true`, `false` or `null`, as it is written. */
  | { readonly kind: 'scalar'; readonly text: string };

interface Cursor {
  readonly text: string;
  position: number;
}

/** The tree of a document's text. Error 3141 when it is none, naming the argument that it comes from; 3157. */
export function parseJsonTree(text: string, place: JsonPlace): JsonNode {
  return read({ text: normalizeJson(text, { kind: 'argument', ...place }), position: 0 });
}

/** Reads normalised text, so whatever it meets is valid. */
function read(cursor: Cursor): JsonNode {
  switch (cursor.text[cursor.position]) {
    case '{':
      return readObject(cursor);
    case '[':
      return readArray(cursor);
    case '"':
      return { kind: 'string', value: readString(cursor) };
    default: {
      const start = cursor.position;
      while (cursor.position < cursor.text.length && !',]}'.includes(cursor.text[cursor.position]!))
        cursor.position++;
      return { kind: 'scalar', text: cursor.text.slice(start, cursor.position) };
    }
  }
}

function readString(cursor: Cursor): string {
  const start = cursor.position++;
  while (cursor.text[cursor.position] !== '"')
    cursor.position += cursor.text[cursor.position] === '\\' ? 2 : 1;
  const value: unknown = JSON.parse(cursor.text.slice(start, ++cursor.position));
  return String(value);
}

function readArray(cursor: Cursor): JsonNode {
  const items: JsonNode[] = [];
  cursor.position++;
  while (cursor.text[cursor.position] !== ']') {
    items.push(read(cursor));
    if (cursor.text[cursor.position] === ',') cursor.position += 2;
  }
  cursor.position++;
  return { kind: 'array', items };
}

function readObject(cursor: Cursor): JsonNode {
  const members = new Map<string, JsonNode>();
  cursor.position++;
  while (cursor.text[cursor.position] !== '}') {
    const name = readString(cursor);
    cursor.position += 2;
    members.set(name, read(cursor));
    if (cursor.text[cursor.position] === ',') cursor.position += 2;
  }
  cursor.position++;
  return { kind: 'object', members };
}

/** The normal text of a tree. */
export function printJsonTree(node: JsonNode): string {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'string':
      return JSON.stringify(node.value);
    case 'array':
      return `[${node.items.map(printJsonTree).join(', ')}]`;
    case 'object': {
      const names = [...node.members.keys()].sort(byLengthThenBytes);
      return `{${names.map((name) => `${JSON.stringify(name)}: ${printJsonTree(node.members.get(name)!)}`).join(', ')}}`;
    }
    default:
      return assertNever(node);
  }
}
