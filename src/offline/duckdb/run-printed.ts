/** From a printed query to its running rows: holes and parameters filled, functions defined. */
import { assert, assertNever } from '../../base/assert.ts';
import type { RelationId } from '../../planner/bound.ts';
import { compile } from '../../planner/evaluator/compile.ts';
import type { EvaluationEnv } from '../../planner/evaluator/environment.ts';
import { findTimeZone } from '../../time/time-zone.ts';
import type { Batch } from '../../types/batch.ts';
import type { SqlValue } from '../../types/value.ts';
import type { DuckEngine, DuckRows } from './engine.ts';
import { isDecimalOverflow } from './errors.ts';
import { forgetEnvironment, rememberEnvironment } from './js-functions.ts';
import { likeUnescaped } from './like-pattern.ts';
import type { PrintedSql } from './print/printer.ts';
import type { PrintedParameter } from './print/state.ts';
import type { DuckRelation, NamedParameter } from './relation.ts';
import { strftimePattern } from './strftime-pattern.ts';

export interface RunOptions {
  /** A relation for every hole, with the columns that `printed.relations` names. They are not released here. */
  readonly relations: ReadonlyMap<RelationId, DuckRelation>;
  /** Parameters, contexts and the zone; told of warnings while the rows are read. */
  readonly env: EvaluationEnv;
  readonly signal: AbortSignal;
  /** Given the text before it runs, for EXPLAIN ANALYZE. */
  readonly trace?: (sql: string) => void;
}

/** Queries whose values have overflowed their narrow text. */
const overflowed = new WeakSet<PrintedSql>();

/**
 * Runs a printed query; the batches have the types `printed.types`. See DuckEngine.run. Where the text counts on
 * values with few digits, its first batch is awaited, and an overflow begins again with the wide text.
 */
export async function runPrinted(
  engine: DuckEngine,
  printed: PrintedSql,
  options: RunOptions,
): Promise<DuckRows> {
  const { wide } = printed;
  if (wide === undefined) return runOnce(engine, printed, options);
  if (!overflowed.has(printed)) {
    try {
      return await begun(await runOnce(engine, printed, options));
    } catch (error) {
      if (!isDecimalOverflow(error)) throw error;
      overflowed.add(printed);
    }
  }
  return runOnce(engine, wide(), options);
}

/** The same rows, their first batch computed. */
async function begun(rows: DuckRows): Promise<DuckRows> {
  const source = rows.batches[Symbol.asyncIterator]();
  let first: IteratorResult<Batch> | undefined = await source.next();
  const iterator: AsyncIterator<Batch> = {
    async next() {
      const step = first ?? (await source.next());
      first = undefined;
      return step;
    },
    async return() {
      return (await source.return?.()) ?? { done: true, value: undefined };
    },
  };
  return { types: rows.types, batches: { [Symbol.asyncIterator]: () => iterator } };
}

async function runOnce(engine: DuckEngine, printed: PrintedSql, options: RunOptions): Promise<DuckRows> {
  await engine.define(printed.functions);
  const environment = rememberEnvironment(options.env);
  try {
    const { sql, parameters } = fillPrinted(printed, options, environment);
    options.trace?.(sql);
    const rows = await engine.run(sql, parameters, printed.types, options.signal);
    return { types: rows.types, batches: afterwards(rows.batches, () => forgetEnvironment(environment)) };
  } catch (error) {
    forgetEnvironment(environment);
    throw error;
  }
}

/** The text with its relations in it, and all parameters with their values. */
export function fillPrinted(
  printed: PrintedSql,
  options: Pick<RunOptions, 'relations' | 'env'>,
  environment = 0n,
): { readonly sql: string; readonly parameters: readonly NamedParameter[] } {
  const values = new Map(
    printed.parameters.map((parameter) => [
      parameter.name,
      parameterValue(parameter, options.env, environment),
    ]),
  );
  const parameters = printed.parameters
    .filter(({ source }) => source.kind !== 'count')
    .map(({ name, type }): NamedParameter => ({ name, type, value: values.get(name) ?? null }));
  const parts = printed.parts.map((part) => {
    if (typeof part === 'string') return part;
    if ('countOf' in part) return countText(values.get(part.countOf));
    if ('escapeOf' in part) return escapeOf(values.get(part.escapeOf));
    const relation = options.relations.get(part.relation);
    assert(relation !== undefined, `no relation for hole ${part.relation}`);
    const prefix = `r${part.relation}_`;
    for (const each of relation.parameters) parameters.push({ ...each, name: prefix + each.name });
    return prefixParameters(relation.sql, prefix);
  });
  return { sql: parts.join(''), parameters };
}

/** MySQL's row counts are unsigned, DuckDB's signed; half of its most is more rows than there are. */
const mostRows = 2n ** 62n - 1n;

function countText(count: SqlValue | undefined): string {
  if (typeof count !== 'bigint') return 'NULL';
  return String(count < mostRows ? count : mostRows);
}

/** DuckDB turns a LIKE without ESCAPE into a search for the pattern's fixed parts, which is much faster. */
const escapeOf = (pattern: SqlValue | undefined): string =>
  typeof pattern === 'string' && pattern.includes('\\') ? " ESCAPE '\\'" : '';

/** Makes a relation's parameters its own, since two relations may use the same names. Quoted text stays. */
function prefixParameters(sql: string, prefix: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)/g, (whole, name: string | undefined) =>
    name === undefined ? whole : `$${prefix}${name}`,
  );
}

function parameterValue(parameter: PrintedParameter, env: EvaluationEnv, environment: bigint): SqlValue {
  const { source } = parameter;
  switch (source.kind) {
    case 'constant':
      return source.value;
    case 'expression':
    case 'count':
      return compile(source.expr)(env);
    case 'likePattern': {
      const pattern = compile(source.pattern)(env);
      return typeof pattern === 'string' ? likeUnescaped(pattern, source.escape) : null;
    }
    case 'strftime': {
      const pattern = compile(source.pattern)(env);
      return typeof pattern === 'string' ? strftimePattern(pattern) : null;
    }
    case 'utc': {
      const zone = env.context('@@session.time_zone');
      return typeof zone === 'string' && findTimeZone(zone)?.isUtc === true ? 1n : 0n;
    }
    case 'environment':
      return environment;
    default:
      return assertNever(source);
  }
}

/** The same batches; `end` runs once when they have ended, failed or been given up. */
function afterwards(batches: AsyncIterable<Batch>, end: () => void): AsyncIterable<Batch> {
  const source = batches[Symbol.asyncIterator]();
  const iterator: AsyncIterator<Batch> = {
    async next() {
      try {
        const result = await source.next();
        if (result.done === true) end();
        return result;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      return (await source.return?.()) ?? { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
