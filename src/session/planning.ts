/** From a statement's text to its plan: by its shape out of the cache, else parsed, bound, routed and planned. */
import { AssertionError } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import type { Need } from '../catalog/need.ts';
import type { TopClauses } from '../planner/bind/top.ts';
import type { PlanFacts } from '../planner/facts.ts';
import type { InsertPlan, QueryPlan, WritePlan } from '../planner/plan.ts';
import {
  describeQuery,
  isPlanned,
  type Planned,
  planExpressions,
  planQuery,
  planStatement,
} from '../planner/plan-statement.ts';
import type { Expr, Query } from '../sql/ast.ts';
import { type Parameter, type ParsedStatement, parseStatement } from '../sql/parse/parse.ts';
import { printQuery } from '../sql/print/query.ts';
import type { ScannedStatement } from '../sql/shape.ts';
import type { Statement } from '../sql/statement.ts';
import { typeText } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';
import type { QueryAttributes } from '../wire/execute-request.ts';
import {
  authorizePlan,
  checkNamed,
  requireNeeds,
  requireStatement,
  requireStatementNeeds,
} from './accounts/authorize.ts';
import type { BoundParameter } from './api.ts';
import type { BoundDefinition, Fill } from './ddl/context.ts';
import { expandWildcard } from './expand-wildcard.ts';
import type { CachedShape } from './plan-cache.ts';
import { qualifyQuery } from './qualify-query.ts';
import type { SessionState } from './state.ts';
import type { StatementRun } from './statement-run.ts';
import type { TypedValue } from './variables/variable-values.ts';

/** A statement and the values of its `?`. */
export interface StatementInput {
  readonly text: string;
  readonly scanned: ScannedStatement;
  /** Undefined where `?` is a syntax error; `preparing` while no values are known. */
  readonly placeholders: readonly BoundParameter[] | 'preparing' | undefined;
  /** Those of the whole command. */
  readonly attributes?: QueryAttributes | undefined;
}

/** A statement that has no plan. */
export interface PlannedStatement {
  readonly kind: 'statement';
  readonly statement: Statement;
  readonly parsed: ParsedStatement;
  /** The text that the statement's spans point into. */
  readonly text: string;
  /** The values of its `?` by their number among literals and `?`. */
  readonly placeholders: ReadonlyMap<number, TypedValue>;
  readonly given: StatementInput['placeholders'];
}

export type PlannedInput =
  | {
      readonly kind: 'query';
      readonly plan: QueryPlan;
      readonly top?: TopClauses;
      readonly timeLimitMs: number | null;
      readonly parameters: readonly SqlValue[];
    }
  | { readonly kind: 'write'; readonly plan: WritePlan; readonly parameters: readonly SqlValue[] }
  | PlannedStatement;

/** Plans of one shape that differ by values looked at (LIMIT, positions); beyond it the oldest go. */
const plansPerShape = 64;

const valueText = (value: SqlValue): string =>
  value instanceof Uint8Array ? `x${Buffer.from(value).toString('hex')}` : `${typeof value}:${String(value)}`;

function parameterValues(input: StatementInput): SqlValue[] {
  const { placeholders } = input;
  let next = 0;
  return input.scanned.parameters.map((parameter: Parameter) => {
    if (parameter.kind === 'literal') return parameter.literal.value;
    return placeholders === undefined || placeholders === 'preparing'
      ? null
      : (placeholders[next++]?.value ?? null);
  });
}

/** The values of the `?` by their number among literals and `?`. */
function placeholderMap(input: StatementInput): Map<number, TypedValue> {
  const found = new Map<number, TypedValue>();
  const { placeholders, scanned } = input;
  if (placeholders === undefined || placeholders === 'preparing') return found;
  let next = 0;
  for (const [number, parameter] of scanned.parameters.entries()) {
    if (parameter.kind === 'literal') continue;
    const given = placeholders[next++];
    if (given !== undefined) found.set(number, given);
  }
  return found;
}

function checkPlaceholders(input: StatementInput): void {
  const { placeholders, scanned } = input;
  if (placeholders === 'preparing') return;
  if (placeholders === undefined && scanned.placeholderCount > 0) {
    throw new GatewayError(
      'SYNTAX_ERROR',
      "You have an error in your SQL syntax: '?' stands in a statement that is not prepared",
    );
  }
  if (placeholders !== undefined && placeholders.length !== scanned.placeholderCount) {
    throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to EXECUTE');
  }
}

const modeSets = new Map<string, ReadonlySet<string>>();

function sqlModeSet(text: string): ReadonlySet<string> {
  let set = modeSets.get(text);
  if (set === undefined) {
    if (modeSets.size > 100) modeSets.clear();
    set = new Set(text.toUpperCase().split(','));
    modeSets.set(text, set);
  }
  return set;
}

/** What the planner may know of the session. */
export function planFacts(
  text: string,
  placeholders: ReadonlyMap<number, TypedValue>,
  state: SessionState,
  run: StatementRun,
): PlanFacts {
  const { services, variables } = state;
  const { journal, limits } = services;
  return {
    catalog: journal.catalog,
    database: state.database,
    sqlMode: sqlModeSet(variables.sqlMode),
    connectionCollation: variables.connectionCollation,
    text,
    asOf: state.asOf ?? null,
    placeholder: (index) => placeholders.get(index),
    versionAt(point) {
      if (point.kind === 'version') {
        return point.version >= 0 && point.version <= journal.lastVersion ? point.version : undefined;
      }
      return point.us <= run.nowUs || point.us <= journal.lastTimestampUs
        ? journal.versionAt(point.us)
        : undefined;
    },
    context: (name) => state.contextValue(name, run),
    zoneMinutes: (utcUs) => variables.timeZone.minutesAt(utcUs),
    userVariable(name) {
      const { type } = variables.userVariable(name);
      return type.kind === 'null' ? undefined : type;
    },
    systemVariable(name) {
      try {
        return variables.typeOf(null, name);
      } catch {
        return undefined;
      }
    },
    named: (database, name, command) => checkNamed(database, name, command, state),
    limits,
  };
}

/** User variables change their types, so a plan that reads one is not kept. */
const readsUserVariable = (shape: string): boolean => shape.includes('@') && /(?:^|[^@])@[^@]/.test(shape);

/** What the session's settings say to the planner, as a short text: the key of every statement holds it. */
const settingsTexts = new Map<string, Map<string, string>>();
const settingsTextsMax = 1_000;
let settingsNumber = 0;

function settingsText(sqlMode: string, timeZone: string): string {
  const known = settingsTexts.get(sqlMode)?.get(timeZone);
  if (known !== undefined) return known;
  // Numbers are not given again, so that what was kept under an old one is only forgotten.
  if (settingsNumber % settingsTextsMax === 0) settingsTexts.clear();
  const text = String(settingsNumber++);
  const zones = settingsTexts.get(sqlMode) ?? new Map<string, string>();
  settingsTexts.set(sqlMode, zones.set(timeZone, text));
  return text;
}

/** Plans over temporary tables are their session's own, until one is made or dropped. */
const temporaryKey = ({ temporary }: SessionState): string =>
  temporary.size === 0 ? '' : `~${temporary.generation}`;

function shapeKey(input: StatementInput, state: SessionState): string {
  const { placeholders, scanned } = input;
  const types = Array.isArray(placeholders) ? placeholders.map(({ type }) => typeText(type)).join(',') : '';
  const asOf = state.asOf;
  const point = asOf === undefined ? '' : asOf.kind === 'version' ? `v${asOf.version}` : `t${asOf.us}`;
  const { catalog } = state.services.journal;
  const { sqlMode, timeZone, connectionCollation } = state.variables;
  const settings = settingsText(sqlMode, `${connectionCollation} ${timeZone.name}`);
  return `${catalog.version}${temporaryKey(state)}\0${state.database ?? ''}\0${settings}\0${point}\0${types}\0${scanned.shape}`;
}

const lookedAtText = (set: number, numbers: readonly number[], values: readonly SqlValue[]): string =>
  `${set}\0${numbers.map((number) => valueText(values[number] ?? null)).join('\0')}`;

function findPlan(cached: CachedShape, values: readonly SqlValue[]): Planned | undefined {
  for (let set = 0; set < cached.lookedAt.length; set++) {
    const plan = cached.plans.get(lookedAtText(set, cached.lookedAt[set]!, values));
    if (plan !== undefined) return plan;
  }
  return undefined;
}

function keepPlan(
  cached: CachedShape,
  planned: Planned,
  numbers: readonly number[],
  values: readonly SqlValue[],
): void {
  let set = cached.lookedAt.findIndex((known) => known.join() === numbers.join());
  if (set < 0) set = cached.lookedAt.push(numbers) - 1;
  if (cached.plans.size >= plansPerShape) cached.plans.delete(cached.plans.keys().next().value!);
  cached.plans.set(lookedAtText(set, numbers, values), planned);
}

function withParameters(planned: Planned, parameters: readonly SqlValue[]): PlannedInput {
  const { plan, top } = planned;
  if (!('route' in plan)) return { kind: 'write', plan, parameters };
  const { timeLimitMs } = planned;
  const query = { kind: 'query', plan, timeLimitMs, parameters } as const;
  return top === undefined ? query : { ...query, top };
}

/** The plan of a statement, or the parsed statement where the session runs it without one. */
export function planShape(input: StatementInput, state: SessionState, run: StatementRun): PlannedInput {
  checkPlaceholders(input);
  const parameters = parameterValues(input);
  const { plans } = state.services;
  const cacheable = input.placeholders !== 'preparing' && !readsUserVariable(input.scanned.shape);
  const key = cacheable ? shapeKey(input, state) : '';
  const cached = cacheable ? plans.get(key) : undefined;
  const known = cached === undefined ? undefined : findPlan(cached, parameters);
  if (known !== undefined) {
    authorizePlan(known, state);
    return withParameters(known, parameters);
  }
  const parsed = parseInput(input, state);
  const placeholders = placeholderMap(input);
  if (!isPlanned(parsed.statement)) {
    const { statement } = parsed;
    requireStatement(statement, state);
    return {
      kind: 'statement',
      statement,
      parsed,
      text: input.text,
      placeholders,
      given: input.placeholders,
    };
  }
  const planned = planStatement(parsed.statement, planFacts(input.text, placeholders, state, run));
  authorizePlan(planned, state);
  if (cacheable && planned.cacheable) {
    const entry = cached ?? { lookedAt: [], plans: new Map() };
    const numbers = [...new Set([...planned.lookedAt, ...parsed.inspected])].sort((a, b) => a - b);
    keepPlan(entry, planned, numbers, parameters);
    if (cached === undefined) plans.set(key, entry);
  }
  return withParameters(planned, parameters);
}

function parseInput(input: StatementInput, state: SessionState): ParsedStatement {
  const options = { mode: state.variables.sqlModeFlags, limits: state.services.limits };
  const parsed = parseStatement(input.text, options, input.scanned.from);
  if (parsed === null) throw new AssertionError('a scanned statement is empty');
  return parsed;
}

export function valuesOf(planned: PlannedStatement): SqlValue[] {
  return planned.parsed.parameters.map((parameter, number) =>
    parameter.kind === 'literal'
      ? parameter.literal.value
      : (planned.placeholders.get(number)?.value ?? null),
  );
}

interface WithParameters<P> {
  readonly plan: P;
  readonly parameters: readonly SqlValue[];
}

/** Plans expressions of a statement that has no plan itself. */
export function planExprs(
  exprs: readonly Expr[],
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): WithParameters<QueryPlan> {
  const facts = planFacts(planned.text, planned.placeholders, state, run);
  const expressions = planExpressions(exprs, facts);
  authorizePlan(expressions, state);
  return { plan: expressions.plan, parameters: valuesOf(planned) };
}

/** A plan shows what its views are made of. */
function viewNeeds({ objects }: Planned, state: SessionState): Need[] {
  const { catalog } = state.services.journal;
  return objects
    .filter(({ database, name }) => catalog.relation(database, name)?.kind === 'view')
    .map(({ database, name }) => {
      return { kind: 'relation', database, name, privilege: 'SHOW VIEW', columns: 'whole' };
    });
}

/** Plans the statement inside of another: EXPLAIN's. */
export function planInner(
  statement: Statement,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): WithParameters<QueryPlan | WritePlan> {
  const facts = planFacts(planned.text, planned.placeholders, state, run);
  const inner = planStatement(statement, facts);
  authorizePlan(inner, state);
  requireNeeds(viewNeeds(inner, state), state);
  return { plan: inner.plan, parameters: valuesOf(planned) };
}

/** A query that a definition keeps: its columns, and its text with every name qualified. */
export function bindDefinition(
  query: Query,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): BoundDefinition {
  const facts = planFacts(planned.text, planned.placeholders, state, run);
  const { columns, needs, objects, updatable } = describeQuery(query, facts);
  requireStatementNeeds(needs, state);
  // Printed, not cut out of the text: the session's sql_mode decides how that reads.
  const qualified = state.database === undefined ? query : qualifyQuery(query, state.database);
  return { text: printQuery(expandWildcard(qualified, columns)), columns, objects, updatable };
}

/** The INSERT that fills a table made by CREATE TABLE … AS SELECT. */
export function planFill(
  fill: Extract<Fill, { kind: 'select' }>,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): WithParameters<InsertPlan> {
  const facts = planFacts(planned.text, planned.placeholders, state, run);
  const source = planQuery(fill.query, facts);
  authorizePlan(source, state);
  return {
    plan: {
      kind: 'insert',
      mode: fill.onDuplicate ?? 'insert',
      table: fill.table,
      columns: fill.columns,
      source: { kind: 'query', plan: source.plan },
      onDuplicate: null,
    },
    parameters: valuesOf(planned),
  };
}
