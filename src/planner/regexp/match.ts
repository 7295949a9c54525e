/**
 * The matcher: backtracking as ICU's, over a stack of its own and with a bound on its choices, so that no pattern
 * holds the process up. Positions are UTF-16 offsets between characters.
 */
import { foldCase, lineTerminators, wordSet } from './character-set.ts';
import { regexpError } from './errors.ts';
import type { Instruction, Program } from './program.ts';

/** How many choices may still be made: what a match costs. */
export interface Budget {
  choices: number;
}

/** Entries of three numbers; regexp_stack_limit of 8,000,000 bytes is about as many. */
const stackMax = 1_000_000;

/** Where a match and its groups begin and end: registers 2n and 2n + 1, -1 for a group that took no part. */
export type Match = Int32Array;

/** An entry of the stack: resume at `pc`, put a register back, or take one character less of a run. */
const resume = -1;
const restore = -2;

class Run {
  readonly registers: Int32Array;
  readonly #stack: number[] = [];
  readonly #text: string;
  readonly #program: Program;
  readonly #searchStart: number;
  readonly #budget: Budget;

  constructor(program: Program, text: string, searchStart: number, budget: Budget) {
    this.#program = program;
    this.#text = text;
    this.#searchStart = searchStart;
    this.#budget = budget;
    this.registers = new Int32Array(program.registers).fill(-1);
  }

  #push(pc: number, position: number, kind: number): void {
    const stack = this.#stack;
    if (stack.length >= stackMax * 3) throw regexpError('REGEXP_STACK');
    stack.push(pc, position, kind);
  }

  #spend(choices: number): void {
    this.#budget.choices -= choices;
    if (this.#budget.choices < 0) throw regexpError('REGEXP_TIME');
  }

  /** A choice that can be come back to. */
  #save(pc: number, position: number, kind: number): void {
    this.#spend(1);
    this.#push(pc, position, kind);
  }

  #set(register: number, value: number): void {
    this.#push(register, this.registers[register]!, restore);
    this.registers[register] = value;
  }

  /** Drops the choices above `height`; what puts registers back stays, for a failure before them. */
  #commit(height: number): void {
    const stack = this.#stack;
    let to = height;
    for (let from = height; from < stack.length; from += 3) {
      if (stack[from + 2] !== restore) continue;
      stack[to] = stack[from]!;
      stack[to + 1] = stack[from + 1]!;
      stack[to + 2] = restore;
      to += 3;
    }
    stack.length = to;
  }

  #unwind(height: number): void {
    const stack = this.#stack;
    while (stack.length > height) {
      const [kind, value, register] = [stack.pop(), stack.pop()!, stack.pop()!];
      if (kind === restore) this.registers[register] = value;
    }
  }

  /** Whether the program matches at `start`; the registers then tell where. */
  matchAt(start: number): boolean {
    const { instructions } = this.#program;
    const { registers } = this;
    const stack = this.#stack;
    const text = this.#text;
    let pc = 0;
    let position = start;
    registers.fill(-1);
    stack.length = 0;
    for (;;) {
      const instruction = instructions[pc]!;
      let next = pc + 1;
      let failed = false;
      switch (instruction.kind) {
        case 'match':
          registers[0] = start;
          registers[1] = position;
          return true;
        case 'test': {
          const code = text.codePointAt(position);
          if (code !== undefined && instruction.test(code)) position += code > 0xffff ? 2 : 1;
          else failed = true;
          break;
        }
        case 'run': {
          const end = this.#runTo(instruction, position);
          if (end < 0) failed = true;
          else {
            if (!instruction.possessive) {
              const least = this.#advance(position, instruction.min);
              if (end > least) this.#save(pc, end, least);
            }
            position = end;
          }
          break;
        }
        case 'split':
          this.#save(instruction.other, position, resume);
          next = instruction.next;
          break;
        case 'jump':
          next = instruction.next;
          break;
        case 'mark':
          this.#set(instruction.register, position);
          break;
        case 'count':
          this.#set(instruction.register, 0);
          break;
        case 'round': {
          const count = registers[instruction.register]!;
          this.#spend(1);
          if (count >= instruction.max) next = instruction.other;
          else if (count >= instruction.min && instruction.lazy) {
            // The entry below puts the counter back to what the body is to begin with.
            this.#save(pc, position, -3 - count);
            next = instruction.other;
          } else {
            if (count >= instruction.min) this.#save(instruction.other, position, resume);
            this.#set(instruction.register, count + 1);
          }
          break;
        }
        case 'progress':
          if (position === registers[instruction.register]) next = instruction.other;
          break;
        case 'open':
          this.#set(instruction.register, stack.length + 3);
          break;
        case 'commit':
          this.#commit(registers[instruction.register]!);
          if (instruction.position !== undefined) position = registers[instruction.position]!;
          break;
        case 'unless':
          this.#set(instruction.register, stack.length + 3);
          this.#save(instruction.other, position, resume);
          break;
        case 'refuse':
          this.#unwind(registers[instruction.register]!);
          failed = true;
          break;
        case 'behind': {
          const origin = registers[instruction.origin]!;
          const width = registers[instruction.width]!;
          const from = width > instruction.max ? -1 : this.#retreat(origin, width);
          if (from < 0) failed = true;
          else {
            this.#set(instruction.width, width + 1);
            this.#save(pc, origin, resume);
            position = from;
          }
          break;
        }
        case 'arrived':
          failed = position !== registers[instruction.origin];
          break;
        default: {
          const after = this.#step(instruction, position);
          if (after < 0) failed = true;
          else position = after;
        }
      }
      if (!failed) {
        pc = next;
        continue;
      }
      // The last choice that is open.
      for (;;) {
        if (stack.length === 0) return false;
        const kind = stack.pop()!;
        const value = stack.pop()!;
        const where = stack.pop()!;
        if (kind === restore) {
          registers[where] = value;
          continue;
        }
        position = value;
        if (kind === resume) pc = where;
        else if (kind <= -3) {
          const round = instructions[where]!;
          if (round.kind === 'round') this.#set(round.register, -3 - kind + 1);
          pc = where + 1;
        } else {
          position = this.#before(value);
          if (position > kind) this.#save(where, position, kind);
          pc = where + 1;
        }
        break;
      }
    }
  }

  #before(position: number): number {
    const unit = this.#text.charCodeAt(position - 1);
    const isLow = unit >= 0xdc00 && unit <= 0xdfff && position >= 2;
    const high = isLow ? this.#text.charCodeAt(position - 2) : 0;
    return position - (high >= 0xd800 && high <= 0xdbff ? 2 : 1);
  }

  #advance(position: number, characters: number): number {
    let at = position;
    for (let left = characters; left > 0; left--) at += (this.#text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return at;
  }

  /** The position so many characters before; -1 before the text. */
  #retreat(position: number, characters: number): number {
    let at = position;
    for (let left = characters; left > 0; left--) {
      if (at === 0) return -1;
      at = this.#before(at);
    }
    return at;
  }

  #runTo({ test, min, max }: Extract<Instruction, { kind: 'run' }>, from: number): number {
    const text = this.#text;
    let [position, count] = [from, 0];
    while (count < max) {
      const code = text.codePointAt(position);
      if (code === undefined || !test(code)) break;
      position += code > 0xffff ? 2 : 1;
      count++;
    }
    // A run is no choice, but it must not be free: one at every position would be quadratic.
    this.#spend(count >> 6);
    return count < min ? -1 : position;
  }

  /** The position after an instruction that takes text or looks at it; -1 when it fails. */
  #step(
    instruction: Extract<Instruction, { kind: 'anything' | 'lineBreak' | 'grapheme' | 'assertion' | 'back' }>,
    position: number,
  ): number {
    const text = this.#text;
    const code = text.codePointAt(position);
    switch (instruction.kind) {
      case 'anything':
        if (code === undefined) return -1;
        return position + (code > 0xffff || text.startsWith('\r\n', position) ? 2 : 1);
      case 'lineBreak':
        if (code === undefined || !lineTerminators.has(code)) return -1;
        return position + (text.startsWith('\r\n', position) ? 2 : 1);
      case 'grapheme':
        return code === undefined ? -1 : position + graphemeAt(text, position);
      case 'assertion':
        return this.#holds(instruction, position) ? position : -1;
      case 'back':
        return this.#backReference(instruction.index, instruction.caseless, position);
    }
  }

  #backReference(index: number, caseless: boolean, position: number): number {
    const [from, to] = [this.registers[index * 2]!, this.registers[index * 2 + 1]!];
    // A group that took no part matches nothing, not even the empty text.
    if (from < 0 || to < from) return -1;
    const text = this.#text;
    const wanted = text.slice(from, to);
    if (text.startsWith(wanted, position)) return position + wanted.length;
    if (!caseless) return -1;
    let at = position;
    for (const character of wanted) {
      const code = text.codePointAt(at);
      if (code === undefined || foldCase(code) !== foldCase(character.codePointAt(0)!)) return -1;
      at += code > 0xffff ? 2 : 1;
    }
    return at;
  }

  #holds({ assertion, unixLines }: Extract<Instruction, { kind: 'assertion' }>, position: number): boolean {
    const text = this.#text;
    const endsLine = (at: number): boolean => {
      const code = text.charCodeAt(at);
      if (unixLines) return code === 10;
      return at < text.length && lineTerminators.has(code) && !(code === 10 && text[at - 1] === '\r');
    };
    switch (assertion) {
      case 'inputStart':
        return position === 0;
      case 'inputEnd':
        return position === text.length;
      case 'searchStart':
        return position === this.#searchStart;
      case 'lastLineEnd': {
        if (position === text.length) return true;
        if (!endsLine(position)) return false;
        return position + (!unixLines && text.startsWith('\r\n', position) ? 2 : 1) === text.length;
      }
      case 'lineEnd':
        return position === text.length || endsLine(position);
      case 'lineStart': {
        if (position === 0) return true;
        // After a terminator, but not at the end of the text nor within CR LF.
        if (position === text.length) return false;
        const before = text.charCodeAt(position - 1);
        if (unixLines) return before === 10;
        return lineTerminators.has(before) && !text.startsWith('\r\n', position - 1);
      }
      case 'wordBoundary':
        return this.#isBoundary(position);
      case 'noWordBoundary':
        return !this.#isBoundary(position);
    }
  }

  /** Between a word's character and another; combining marks belong to what stands before them. */
  #isBoundary(position: number): boolean {
    const text = this.#text;
    const here = text.codePointAt(position);
    if (here !== undefined && isCombining(here)) return false;
    const isWord = here !== undefined && wordSet.has(here);
    for (let at = position; at > 0; ) {
      at = this.#before(at);
      const before = text.codePointAt(at)!;
      if (!isCombining(before)) return wordSet.has(before) !== isWord;
    }
    return isWord;
  }
}

const combining = /^[\p{M}\p{Cf}]$/u;
const isCombining = (code: number): boolean => code > 127 && combining.test(String.fromCodePoint(code));

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function graphemeAt(text: string, position: number): number {
  const segment = segmenter.segment(text).containing(position);
  return segment === undefined ? 1 : segment.index + segment.segment.length - position;
}

/**
 * The first match at or after `from`. Errors 3699 and 3698 when it takes too many choices, counted over all matches of
 * `budget`.
 */
export function findMatch(program: Program, text: string, from: number, budget: Budget): Match | undefined {
  const run = new Run(program, text, from, budget);
  const { first } = program;
  for (let start = from; start <= text.length; ) {
    const code = text.codePointAt(start);
    const mayBegin = first === undefined || (code !== undefined && first(code));
    if (mayBegin && run.matchAt(start)) return run.registers;
    start += code !== undefined && code > 0xffff ? 2 : 1;
  }
  return undefined;
}
