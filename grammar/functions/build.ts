/** Reads the tables of this folder and generates src/sql/generated/functions.ts. See README.md for the format. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const argumentRules = [
  'any',
  'string',
  'text',
  'bytes',
  'number',
  'integer',
  'unsigned',
  'double',
  'boolean',
  'date',
  'datetime',
  'time',
  'temporal',
  'addend',
  'same',
  'compare',
  'json',
  'jsonvalue',
  'path',
  'word',
] as const;

const resultRules = [
  'bool',
  'int',
  'bigint',
  'ubigint',
  'double',
  'date',
  'json',
  'binary',
  'year',
  'varchar',
  'text',
  'string',
  'same',
  'first',
  'second',
  'add',
  'mul',
  'div',
  'intdiv',
  'mod',
  'neg',
  'abs',
  'round',
  'ceil',
  'date_add',
  'now',
  'now_date',
  'now_time',
  'datetime',
  'datetime6',
  'time',
  'time6',
  'str_to_date',
  'unixtime',
  'from_unixtime',
  'agg_sum',
  'agg_avg',
] as const;

const nullRules = ['strict', 'never', 'all', 'maybe'] as const;

interface Entry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly repeated: readonly string[];
  readonly result: string;
  readonly nulls: string;
  readonly volatile: boolean;
  readonly duckdb: string;
}

function parseArguments(text: string, where: string): Pick<Entry, 'required' | 'optional' | 'repeated'> {
  const required: string[] = [];
  const optional: string[] = [];
  const repeated: string[] = [];
  if (text === '-') return { required, optional, repeated };
  for (const part of text.split(',').map((each) => each.trim())) {
    const match = /^(?:\[([a-z ]+)\]\.\.\.|([a-z]+)(\?|\.\.\.)?)$/.exec(part);
    if (!match || repeated.length > 0) throw new Error(`${where}: bad argument '${part}'`);
    const rules = match[1]?.split(' ') ?? [match[2]!];
    for (const rule of rules) {
      if (!argumentRules.some((known) => known === rule)) throw new Error(`${where}: unknown rule '${rule}'`);
    }
    if (match[1] || match[3] === '...') repeated.push(...rules);
    else if (match[3] === '?') optional.push(...rules);
    else if (optional.length > 0) throw new Error(`${where}: '${part}' after an optional argument`);
    else required.push(...rules);
  }
  return { required, optional, repeated };
}

function parseLine(line: string, kind: Entry['kind'], where: string): Entry {
  const columns = line.split(/\s{2,}/);
  const volatile = columns[4] === '!volatile';
  if (volatile) columns.splice(4, 1);
  const [names, args, result, nulls, duckdb] = columns;
  if (columns.length !== 5 || !names || !args || !result || !nulls || !duckdb) {
    throw new Error(`${where}: 5 columns expected, found ${columns.length}`);
  }
  if (!resultRules.some((known) => known === result)) throw new Error(`${where}: unknown result '${result}'`);
  if (!nullRules.some((known) => known === nulls)) throw new Error(`${where}: unknown nulls '${nulls}'`);
  const [name, ...aliases] = names.split(',');
  return { name: name!, aliases, kind, ...parseArguments(args, where), result, nulls, volatile, duckdb };
}

const folder = new URL('./', import.meta.url);

function dataLines(file: string): { readonly text: string; readonly where: string }[] {
  return readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .map((text, index) => ({ text: text.trim(), where: `${file}:${index + 1}` }))
    .filter(({ text }) => text !== '' && !text.startsWith('# '));
}

function readEntries(): Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.txt') || file === 'unsupported.txt') continue;
    const kind = file === 'aggregate.txt' ? 'aggregate' : file === 'window.txt' ? 'window' : 'scalar';
    for (const { text, where } of dataLines(file)) {
      const entry = parseLine(text, kind, where);
      for (const name of [entry.name, ...entry.aliases]) {
        if (seen.has(name)) throw new Error(`${where}: '${name}' is there already`);
        seen.add(name);
      }
      entries.push(entry);
    }
  }
  return entries;
}

const quoted = (values: readonly string[]): string => `[${values.map((value) => text(value)).join(', ')}]`;
const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const union = (values: readonly string[]): string => values.map((value) => `\n  | ${text(value)}`).join('');

/** The text of src/sql/generated/functions.ts. */
export function functionsSource(): string {
  const entries = readEntries();
  const unsupported = dataLines('unsupported.txt').flatMap(({ text: line }) => line.split(/\s+/));
  const known = new Set(entries.flatMap((entry) => [entry.name, ...entry.aliases]));
  for (const name of unsupported) if (known.has(name)) throw new Error(`unsupported.txt: '${name}' is done`);
  const rows = entries.map((entry) => {
    const maxArgs = entry.repeated.length > 0 ? 'null' : entry.required.length + entry.optional.length;
    return (
      `  { name: ${text(entry.name)}, aliases: ${quoted(entry.aliases)}, kind: '${entry.kind}', ` +
      `minArgs: ${entry.required.length}, maxArgs: ${maxArgs}, required: ${quoted(entry.required)}, ` +
      `optional: ${quoted(entry.optional)}, repeated: ${quoted(entry.repeated)}, result: '${entry.result}', ` +
      `nulls: '${entry.nulls}', volatile: ${entry.volatile}, duckdb: ${text(entry.duckdb)} },`
    );
  });
  return `// Generated by grammar/functions/build.ts from the tables beside it; do not edit.

/** What the binder converts an argument to; grammar/functions/README.md tells each. */
export type ArgumentRule =${union(argumentRules)};

/** How the type of a call follows from its arguments; grammar/functions/README.md tells each. */
export type ResultRule =${union(resultRules)};

/** When a call is NULL; grammar/functions/README.md tells each. */
export type NullRule =${union(nullRules)};

export interface FunctionDef {
  /** The canonical name, the one in BoundExpr. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly minArgs: number;
  /** Null: no bound. */
  readonly maxArgs: number | null;
  readonly required: readonly ArgumentRule[];
  readonly optional: readonly ArgumentRule[];
  /** A group that may follow any number of times. */
  readonly repeated: readonly ArgumentRule[];
  readonly result: ResultRule;
  readonly nulls: NullRule;
  /** Gives another value every time it is called. */
  readonly volatile: boolean;
  /** A name, a template, \`printer\`, or \`context <name>\`. */
  readonly duckdb: string;
}

export const functionDefs: readonly FunctionDef[] = [
${rows.join('\n')}
];

/** By canonical name and by alias, upper case. */
export const functionsByName: ReadonlyMap<string, FunctionDef> = new Map(
  functionDefs.flatMap((entry) => [entry.name, ...entry.aliases].map((name) => [name, entry] as const)),
);

/** Functions of MySQL 8.0 that are not done: error 1235. Any other unknown name is error 1305. */
export const unsupportedFunctions: ReadonlySet<string> = new Set([
${unsupported.map((name) => `  ${text(name)},`).join('\n')}
]);

/** The rule of the argument at \`index\`; undefined beyond the last that the function takes. */
export function argumentRule(definition: FunctionDef, index: number): ArgumentRule | undefined {
  const { required, optional, repeated } = definition;
  if (index < required.length) return required[index];
  const afterRequired = index - required.length;
  if (afterRequired < optional.length) return optional[afterRequired];
  if (repeated.length === 0) return undefined;
  return repeated[(afterRequired - optional.length) % repeated.length];
}
`;
}

/** Where the generated file stands. */
export const functionsTarget = new URL('../../src/sql/generated/functions.ts', import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(functionsTarget, functionsSource());
