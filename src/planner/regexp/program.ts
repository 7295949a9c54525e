/** A regular expression as instructions for the matcher: choices are explicit, so that matching needs no recursion. */
import { foldCase } from './character-set.ts';
import { type AssertionKind, type CharacterSet, type Regexp, type RegexpNode, widthOf } from './node.ts';

/** What one character may be. */
export type CharacterTest = (codePoint: number) => boolean;

/** `next` and `other` are indexes of instructions; without them the following one goes on. */
export type Instruction =
  | { readonly kind: 'test'; readonly test: CharacterTest }
  | { readonly kind: 'anything' | 'lineBreak' | 'grapheme' }
  | { readonly kind: 'assertion'; readonly assertion: AssertionKind; readonly unixLines: boolean }
  | { readonly kind: 'back'; readonly index: number; readonly caseless: boolean }
  /** The position goes into a register. */
  | { readonly kind: 'mark'; readonly register: number }
  /** Tries `next` first, then `other`. */
  | { kind: 'split'; next: number; other: number }
  | { kind: 'jump'; next: number }
  /** As many characters as pass the test; one less each time that what follows fails, unless possessive. */
  | {
      readonly kind: 'run';
      readonly test: CharacterTest;
      readonly min: number;
      readonly max: number;
      readonly possessive: boolean;
    }
  | { readonly kind: 'count'; readonly register: number }
  /** Counts one round and goes into the body, or past it to `other`. */
  | {
      kind: 'round';
      readonly register: number;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
      other: number;
    }
  /** Leaves a loop whose round took nothing, to `other`. */
  | { kind: 'progress'; readonly register: number; other: number }
  /** Remembers how high the stack is. */
  | { readonly kind: 'open'; readonly register: number }
  /** Forgets the choices made since, and goes back to a position when there is a register for it. */
  | { readonly kind: 'commit'; readonly register: number; readonly position: number | undefined }
  /** As `open`, and if all fails from here on, goes on at `other`. */
  | { kind: 'unless'; readonly register: number; other: number }
  /** Fails, with everything since `unless` undone. */
  | { readonly kind: 'refuse'; readonly register: number }
  /** Of a look-behind: the next start that is far enough back. */
  | {
      readonly kind: 'behind';
      readonly origin: number;
      readonly width: number;
      readonly max: number;
    }
  /** The body of a look-behind must end where it began. */
  | { readonly kind: 'arrived'; readonly origin: number }
  | { readonly kind: 'match' };

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly registers: number;
  readonly captures: number;
  readonly names: ReadonlyMap<string, number>;
  /** What the first character of every match is; undefined when matches may be empty or are not known. */
  readonly first: CharacterTest | undefined;
}

interface Builder {
  readonly out: Instruction[];
  registers: number;
}

const testOf = (node: RegexpNode): CharacterTest | undefined => {
  if (node.kind === 'set') return ofSet(node.set);
  if (node.kind !== 'character') return undefined;
  const { codePoint, caseless } = node;
  if (!caseless) return (code) => code === codePoint;
  const folded = foldCase(codePoint);
  return (code) => code === codePoint || foldCase(code) === folded;
};

const ofSet =
  ({ has }: CharacterSet): CharacterTest =>
  (code) =>
    has(code);

function emit(builder: Builder, node: RegexpNode): void {
  const { out } = builder;
  switch (node.kind) {
    case 'empty':
      return;
    case 'character':
    case 'set':
      out.push({ kind: 'test', test: testOf(node)! });
      return;
    case 'anything':
    case 'lineBreak':
    case 'grapheme':
      out.push({ kind: node.kind });
      return;
    case 'assertion':
      out.push({ kind: 'assertion', assertion: node.assertion, unixLines: node.unixLines });
      return;
    case 'sequence':
      for (const item of node.items) emit(builder, item);
      return;
    case 'alternatives':
      emitAlternatives(builder, node.items);
      return;
    case 'capture':
      out.push({ kind: 'mark', register: node.index * 2 });
      emit(builder, node.body);
      out.push({ kind: 'mark', register: node.index * 2 + 1 });
      return;
    case 'backReference':
      out.push({ kind: 'back', index: node.index, caseless: node.caseless });
      return;
    case 'atomic': {
      const register = builder.registers++;
      out.push({ kind: 'open', register });
      emit(builder, node.body);
      out.push({ kind: 'commit', register, position: undefined });
      return;
    }
    case 'look':
      emitLook(builder, node);
      return;
    case 'repeat':
      emitRepeat(builder, node);
      return;
  }
}

function emitAlternatives(builder: Builder, items: readonly RegexpNode[]): void {
  const { out } = builder;
  const ends: { kind: 'jump'; next: number }[] = [];
  for (const [index, item] of items.entries()) {
    if (index === items.length - 1) {
      emit(builder, item);
      break;
    }
    const split: Instruction = { kind: 'split', next: out.length + 1, other: 0 };
    out.push(split);
    emit(builder, item);
    const end = { kind: 'jump' as const, next: 0 };
    ends.push(end);
    out.push(end);
    split.other = out.length;
  }
  for (const end of ends) end.next = out.length;
}

function emitLook(builder: Builder, node: Extract<RegexpNode, { kind: 'look' }>): void {
  const { out } = builder;
  const register = builder.registers++;
  const origin = builder.registers++;
  const unless: Instruction = { kind: 'unless', register, other: 0 };
  out.push(node.negated ? unless : { kind: 'open', register }, { kind: 'mark', register: origin });
  if (node.behind) {
    const width = builder.registers++;
    out.push({ kind: 'count', register: width });
    out.push({ kind: 'behind', origin, width, max: widthOf(node.body).max });
  }
  emit(builder, node.body);
  if (node.behind) out.push({ kind: 'arrived', origin });
  out.push(node.negated ? { kind: 'refuse', register } : { kind: 'commit', register, position: origin });
  unless.other = out.length;
}

function emitRepeat(builder: Builder, node: Extract<RegexpNode, { kind: 'repeat' }>): void {
  const { out } = builder;
  const { body, min, max, mode } = node;
  const test = testOf(body);
  if (test !== undefined && mode !== 'lazy') {
    out.push({ kind: 'run', test, min, max, possessive: mode === 'possessive' });
    return;
  }
  if (mode === 'possessive') {
    emit(builder, { kind: 'atomic', body: { ...node, mode: 'greedy' } });
    return;
  }
  if (max === 0) return;
  if (min === 0 && max === 1) {
    const split = choice(mode === 'lazy', out.length + 1);
    out.push(split.instruction);
    emit(builder, body);
    split.leave(out.length);
    return;
  }
  const mayBeEmpty = widthOf(body).min === 0;
  const counter = builder.registers++;
  const begin = builder.registers++;
  out.push({ kind: 'count', register: counter });
  const start = out.length;
  const round: Instruction = { kind: 'round', register: counter, min, max, lazy: mode === 'lazy', other: 0 };
  out.push(round);
  if (mayBeEmpty) out.push({ kind: 'mark', register: begin });
  emit(builder, body);
  const progress: Instruction = { kind: 'progress', register: begin, other: 0 };
  if (mayBeEmpty) out.push(progress);
  out.push({ kind: 'jump', next: start });
  round.other = out.length;
  progress.other = out.length;
}

function choice(
  lazy: boolean,
  inside: number,
): { readonly instruction: Instruction; leave(outside: number): void } {
  const instruction: Instruction = { kind: 'split', next: inside, other: inside };
  return {
    instruction,
    leave(outside) {
      if (lazy) instruction.next = outside;
      else instruction.other = outside;
    },
  };
}

/** The test that the first character of a match passes, where every match begins with one. */
function firstOf(node: RegexpNode): CharacterTest | undefined {
  switch (node.kind) {
    case 'character':
    case 'set':
      return testOf(node);
    case 'capture':
    case 'atomic':
      return firstOf(node.body);
    case 'repeat':
      return node.min === 0 ? undefined : firstOf(node.body);
    case 'sequence':
      for (const item of node.items) {
        if (item.kind === 'assertion' || item.kind === 'look') continue;
        return firstOf(item);
      }
      return undefined;
    case 'alternatives': {
      const tests = node.items.map(firstOf);
      if (tests.some((test) => test === undefined)) return undefined;
      return (code) => tests.some((test) => test!(code));
    }
    default:
      return undefined;
  }
}

export function compileRegexp({ root, captures, names }: Regexp): Program {
  const builder: Builder = { out: [], registers: (captures + 1) * 2 };
  emit(builder, root);
  builder.out.push({ kind: 'match' });
  return {
    instructions: builder.out,
    registers: builder.registers,
    captures,
    names,
    first: firstOf(root),
  };
}
