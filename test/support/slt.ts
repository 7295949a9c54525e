/**
 * Scripts in the manner of sqllogictest, one answer for every way to ask:
 *
 *     statement ok | statement count <n> | statement error <errno> [<regular expression>]
 *     <SQL, to the next empty line>
 *
 *     query <types> [nosort|rowsort|valuesort] [label]
 *     <SQL>
 *     ----
 *     <one row a line, values separated by a tab; NULL, (empty)>
 *
 *     let <name>                 the first value of the query, put in for ${name} from there on
 *     <SQL>
 *
 *     connection <name>          the records that follow go over this connection; the first is `default`
 *     skipif <way> | onlyif <way>   for the next record
 *     halt
 *
 * Types: T text, I integer, R real (compared to 12 digits). A comment line `# mariadb: skip` anywhere
 * keeps the file from the comparison with MariaDB.
 */
export type Way = 'in-process' | 'text' | 'prepared' | 'mariadb';

interface RecordBase {
  /** 1-based, of the directive. */
  readonly line: number;
  readonly connection: string;
  readonly skip: ReadonlySet<string>;
  readonly only: ReadonlySet<string>;
  readonly sql: string;
}

export type SltRecord =
  | (RecordBase & {
      readonly kind: 'statement';
      readonly expect:
        | { readonly kind: 'ok' }
        | { readonly kind: 'count'; readonly count: number }
        | { readonly kind: 'error'; readonly errno: number; readonly pattern: RegExp | undefined };
    })
  | (RecordBase & {
      readonly kind: 'query';
      readonly types: string;
      readonly sort: 'nosort' | 'rowsort' | 'valuesort';
      readonly label: string | undefined;
      readonly rows: readonly string[];
      /** Line numbers of the answer, for rewriting: first and one past the last. */
      readonly answer: readonly [number, number];
    })
  | (RecordBase & { readonly kind: 'let'; readonly name: string });

export interface SltFile {
  readonly records: readonly SltRecord[];
  readonly mariadb: boolean;
  readonly lines: readonly string[];
}

export type Outcome =
  | { readonly kind: 'ok'; readonly affectedRows: number }
  | {
      readonly kind: 'rows';
      readonly rows: readonly (readonly (string | null)[])[];
      readonly columnCount: number;
    }
  | { readonly kind: 'error'; readonly errno: number; readonly message: string };

/** One connection to whatever is under test; a failed statement is an outcome, not an exception. */
export interface SltConnection {
  run(sql: string): Promise<Outcome>;
  close(): Promise<void>;
}

export function parseSlt(text: string): SltFile {
  const lines = text.split('\n');
  const records: SltRecord[] = [];
  let connection = 'default';
  let skip = new Set<string>();
  let only = new Set<string>();
  let index = 0;
  const block = (): string => {
    const from = index;
    while (index < lines.length && lines[index]!.trim() !== '' && lines[index] !== '----') index++;
    return lines.slice(from, index).join('\n');
  };
  while (index < lines.length) {
    const line = lines[index]!.trim();
    const at = index + 1;
    index++;
    if (line === '' || line.startsWith('#')) continue;
    const [directive, ...args] = line.split(/\s+/);
    const base = { line: at, connection, skip, only };
    if (directive === 'halt') break;
    if (directive === 'connection') connection = args[0]!;
    else if (directive === 'skipif') skip.add(args[0]!);
    else if (directive === 'onlyif') only.add(args[0]!);
    else if (directive === 'statement') {
      records.push({ ...base, kind: 'statement', expect: expectation(args, at), sql: block() });
    } else if (directive === 'let') records.push({ ...base, kind: 'let', name: args[0]!, sql: block() });
    else if (directive === 'query') {
      const sql = block();
      const answer = answerRows(lines, index);
      index = answer.end;
      const sort = args[1] ?? 'nosort';
      if (sort !== 'nosort' && sort !== 'rowsort' && sort !== 'valuesort')
        throw new Error(`line ${at}: sort ${sort}`);
      records.push({
        ...base,
        kind: 'query',
        types: args[0] ?? '',
        sort,
        label: args[2],
        sql,
        rows: lines.slice(answer.start, answer.end),
        answer: [answer.start, answer.end],
      });
    } else throw new Error(`line ${at}: unknown directive ${directive}`);
    if (directive !== 'skipif' && directive !== 'onlyif') {
      skip = new Set();
      only = new Set();
    }
  }
  return { records, mariadb: !/^#\s*mariadb:\s*skip/m.test(text), lines };
}

function answerRows(lines: readonly string[], index: number): { start: number; end: number } {
  if (lines[index] !== '----') return { start: index, end: index };
  let end = index + 1;
  while (end < lines.length && lines[end] !== '') end++;
  return { start: index + 1, end };
}

function expectation(
  args: readonly string[],
  line: number,
): Extract<SltRecord, { kind: 'statement' }>['expect'] {
  if (args[0] === 'ok') return { kind: 'ok' };
  if (args[0] === 'count') return { kind: 'count', count: Number(args[1]) };
  if (args[0] !== 'error') throw new Error(`line ${line}: statement ${args[0]}`);
  const pattern = args.slice(2).join(' ');
  return { kind: 'error', errno: Number(args[1]), pattern: pattern === '' ? undefined : new RegExp(pattern) };
}

function formatValue(value: string | null, type: string): string {
  if (value === null) return 'NULL';
  if (value === '') return '(empty)';
  if (type === 'R') return String(Number(Number(value).toPrecision(12)));
  return value.replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** The rows as the script writes them, sorted as it asks. */
export function formatRows(
  rows: readonly (readonly (string | null)[])[],
  types: string,
  sort: string,
): string[] {
  const formatted = rows.map((row) => row.map((value, index) => formatValue(value, types[index] ?? 'T')));
  if (sort === 'valuesort') return formatted.flat().sort();
  const lines = formatted.map((row) => row.join('\t'));
  return sort === 'rowsort' ? lines.sort() : lines;
}

export interface SltFailure {
  readonly line: number;
  readonly message: string;
}

/** Runs a script; stops at the first record that does not go as the script says and tells why. */
export async function runSlt(
  file: SltFile,
  way: Way,
  connect: (name: string) => Promise<SltConnection>,
): Promise<SltFailure | undefined> {
  const connections = new Map<string, SltConnection>();
  const values = new Map<string, string>();
  const labels = new Map<string, string>();
  try {
    for (const record of file.records) {
      if (record.skip.has(way) || (record.only.size > 0 && !record.only.has(way))) continue;
      let connection = connections.get(record.connection);
      if (connection === undefined) {
        connection = await connect(record.connection);
        connections.set(record.connection, connection);
      }
      const sql = record.sql.replace(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
      const outcome = await connection.run(sql);
      const message = judge(record, outcome, values, labels);
      if (message !== undefined) return { line: record.line, message: `${sql}\n${message}` };
    }
    return undefined;
  } finally {
    for (const connection of connections.values()) await connection.close();
  }
}

function judge(
  record: SltRecord,
  outcome: Outcome,
  values: Map<string, string>,
  labels: Map<string, string>,
): string | undefined {
  if (record.kind === 'statement' && record.expect.kind === 'error') {
    const { errno, pattern } = record.expect;
    if (outcome.kind !== 'error') return `expected error ${errno}, but it went through`;
    if (outcome.errno !== errno) return `expected error ${errno}, got ${outcome.errno}: ${outcome.message}`;
    if (pattern !== undefined && !pattern.test(outcome.message))
      return `message ${outcome.message} is not ${pattern}`;
    return undefined;
  }
  if (outcome.kind === 'error') return `error ${outcome.errno}: ${outcome.message}`;
  if (record.kind === 'statement') {
    if (record.expect.kind !== 'count') return undefined;
    const count = outcome.kind === 'ok' ? outcome.affectedRows : outcome.rows.length;
    return count === record.expect.count ? undefined : `expected count ${record.expect.count}, got ${count}`;
  }
  if (outcome.kind !== 'rows') return 'expected rows, got none';
  if (record.kind === 'let') {
    values.set(record.name, outcome.rows[0]?.[0] ?? 'NULL');
    return undefined;
  }
  if (outcome.columnCount !== record.types.length) {
    return `expected ${record.types.length} columns, got ${outcome.columnCount}`;
  }
  const got = formatRows(outcome.rows, record.types, record.sort).join('\n');
  if (record.label !== undefined) {
    const earlier = labels.get(record.label);
    labels.set(record.label, got);
    if (earlier !== undefined && earlier !== got)
      return `label ${record.label}: earlier\n${earlier}\nnow\n${got}`;
  }
  const expected = record.rows.join('\n');
  return got === expected ? undefined : `expected\n${expected}\ngot\n${got}`;
}

/** The script with the answers of its queries as `connect` gives them; what cannot be answered stays. */
export async function completeSlt(
  file: SltFile,
  way: Way,
  connect: (name: string) => Promise<SltConnection>,
): Promise<string> {
  const connections = new Map<string, SltConnection>();
  const lines = [...file.lines];
  const values = new Map<string, string>();
  const edits: { readonly at: readonly [number, number]; readonly rows: readonly string[] }[] = [];
  for (const record of file.records) {
    if (record.skip.has(way) || (record.only.size > 0 && !record.only.has(way))) continue;
    let connection = connections.get(record.connection);
    if (connection === undefined) {
      connection = await connect(record.connection);
      connections.set(record.connection, connection);
    }
    const outcome = await connection.run(
      record.sql.replace(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole),
    );
    if (outcome.kind !== 'rows') continue;
    if (record.kind === 'let') values.set(record.name, outcome.rows[0]?.[0] ?? 'NULL');
    if (record.kind !== 'query') continue;
    edits.push({ at: record.answer, rows: formatRows(outcome.rows, record.types, record.sort) });
  }
  for (const connection of connections.values()) await connection.close();
  for (const { at, rows } of edits.reverse()) {
    const missing = lines[at[0] - 1] !== '----';
    lines.splice(at[0], at[1] - at[0], ...(missing ? ['----', ...rows] : rows));
  }
  return lines.join('\n');
}
