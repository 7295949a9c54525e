/** Statements made of templates and values: over constants, and the same over columns. */
import type { Template } from './templates.ts';
import { kinds, type ValueKind } from './values.ts';

export interface Statement {
  readonly sql: string;
  /** What it is made of, to group differences by. */
  readonly group: string;
}

/** A small generator of numbers in [0, below), the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

export function fill(template: Template, args: readonly string[]): string {
  let index = 0;
  return template.text.replaceAll('?', () => args[index++]!);
}

/** One argument through all its values while the others stand still, then mixtures. */
export function constantStatements(template: Template): Statement[] {
  const next = numbersFrom(template.text.length * 7919 + template.slots.length);
  const literals = template.slots.map((slot) => [
    ...slot.flatMap((kind, index) => (index === 0 ? kinds[kind].literals : kinds[kind].literals.slice(0, 5))),
    'NULL',
  ]);
  const pick = (slot: number): string => literals[slot]![next(literals[slot]!.length)]!;
  const found = new Set<string>();
  const add = (args: readonly string[]): void => {
    found.add(`SELECT ${fill(template, args)}`);
  };
  if (template.slots.length === 0) add([]);
  for (const [slot, values] of literals.entries()) {
    const wanted = template.slots.length === 1 ? values : values.filter(() => next(3) > 0);
    for (const value of wanted) {
      const others = kinds[template.slots[(slot + 1) % template.slots.length]![0]!].literals;
      add(
        literals.map((_, index) =>
          index === slot
            ? value
            : index === (slot + 1) % literals.length
              ? others[next(others.length)]!
              : kinds[template.slots[index]![0]!].literals[2]!,
        ),
      );
    }
  }
  if (template.slots.length > 1)
    for (let count = 0; count < 15; count++) add(literals.map((_, slot) => pick(slot)));
  return [...found].map((sql) => ({ sql, group: template.text }));
}

/** The kinds to combine: all natural, then one argument at a time of another kind. */
function combinations(template: Template): ValueKind[][] {
  const natural = template.slots.map((slot) => slot[0]!);
  const others = template.slots.flatMap((slot, index) =>
    slot.slice(1).map((kind) => natural.map((each, at) => (at === index ? kind : each))),
  );
  if (template.slots.length === 2) {
    const [left, right] = template.slots;
    for (const kind of left!.slice(1)) if (right!.includes(kind)) others.push([kind, kind]);
  }
  return [natural, ...others];
}

export interface ColumnStatement extends Statement {
  /** The same for one row of the first table. */
  forRow(id: number): string;
  readonly rows: number;
}

/** Every value of the arguments' tables with every other. */
export function columnStatements(template: Template): ColumnStatement[] {
  if (template.slots.length === 0) return [];
  return combinations(template).map((combination) => {
    const names = combination.map((_, index) => `t${index}`);
    const expression = fill(
      template,
      names.map((name) => `${name}.v`),
    );
    const ids = names.map((name) => `${name}.id`).join(', ');
    const from = combination.map((kind, index) => `k_${kind} t${index}`).join(', ');
    // Three tables and more: a part of all combinations, every value in several of them.
    const part =
      names.length < 3
        ? ''
        : `(${names.map((name, index) => `${name}.id * ${index * 2 + 1}`).join(' + ')}) % ${names.length > 3 ? 211 : 17} = 0`;
    const select = `SELECT ${ids}, ${expression} FROM ${from}`;
    return {
      group: template.text,
      sql: `${select}${part === '' ? '' : ` WHERE ${part}`} ORDER BY ${ids}`,
      forRow: (id) => `${select} WHERE t0.id + 0 = ${id}${part === '' ? '' : ` AND ${part}`} ORDER BY ${ids}`,
      rows: kinds[combination[0]!].literals.length + 1,
    };
  });
}
