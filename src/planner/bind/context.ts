/** The state of binding one statement, and what the bound statement tells besides its tree. */
import { GatewayError } from '../../base/errors.ts';
import { findCharacterSet } from '../../catalog/metadata/charsets.ts';
import type { Expr } from '../../sql/ast.ts';
import { bigint, decimal, double, nullType, type SqlType, varchar } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { BoundColumn, BoundExpr, BoundPoint, RelationId } from '../bound.ts';
import type { PlanFacts } from '../facts.ts';
import { TableAccesses, type ViewRights } from '../table-access.ts';

/** A CTE that is visible by name. */
export interface VisibleCte {
  readonly name: string;
  readonly id: number;
  readonly columns: readonly BoundColumn[];
}

/** What surrounds a query: the CTEs it may name, the database and the point of names without one. */
export interface Surroundings {
  readonly ctes: readonly VisibleCte[];
  readonly database: string | undefined;
  readonly asOf: BoundPoint | null;
  /** The text that spans refer to: the statement's, or a view's. */
  readonly text: string;
  /** Of literals and of texts that functions make. */
  readonly collation: string;
  /** Views being expanded, outermost first. */
  readonly views: readonly string[];
  /** Whose rights the tables of the view are read with; left out in the statement itself. */
  readonly rights?: ViewRights;
}

type LiteralExpr = Extract<Expr, { kind: 'literal' }>;

export class BindContext {
  readonly facts: PlanFacts;
  /** Types of literals and `?` by their number. */
  readonly parameterTypes = new Map<number, SqlType>();
  /** Literals whose value shaped the plan: part of the plan's key. */
  readonly lookedAt = new Set<number>();
  /** False when the plan holds for this execution only. */
  cacheable = true;
  /** Tables and views that the statement names, `database.name`; for access checks. */
  readonly objects: { readonly database: string; readonly name: string }[] = [];
  readonly accesses = new TableAccesses();
  readonly #literals = new Map<number, SqlValue>();
  readonly #untyped = new Set<number>();
  #relations = 0;
  #ctes = 0;
  #tables = 0;
  #subqueryDepth = 0;

  constructor(facts: PlanFacts) {
    this.facts = facts;
  }

  newRelation(): RelationId {
    return this.#relations++;
  }

  newCte(): number {
    return this.#ctes++;
  }

  /** Counts a table in FROM; error 1116 beyond the limit. */
  countTable(): void {
    this.#tables++;
    const most = this.facts.limits.tablesPerStatement;
    if (this.#tables > most) {
      throw new GatewayError(
        'TOO_MANY_TABLES',
        `Too many tables; MySQL can only use ${most} tables in a join`,
      );
    }
  }

  /** Binds a subquery of an expression by `bind`; error 1473 when it is one level too deep. */
  subquery<T>(bind: () => T): T {
    const most = this.facts.limits.subqueryDepth;
    if (this.#subqueryDepth >= most) {
      throw new GatewayError(
        'SUBQUERIES_TOO_DEEP',
        `Too high level of nesting for select: Tidegate takes ${most} subqueries within each other`,
      );
    }
    this.#subqueryDepth++;
    try {
      return bind();
    } finally {
      this.#subqueryDepth--;
    }
  }

  /** A literal of the text: a parameter when it was lifted. `exact` makes its length part of the plan. */
  literal(expr: LiteralExpr, exact: boolean, collation = this.facts.connectionCollation): BoundExpr {
    const { literal, parameter } = expr;
    const type = literalType(literal, exact || parameter === null, collation);
    if (parameter === null) return { kind: 'literal', value: literal.value, type };
    this.#literals.set(parameter, literal.value);
    this.parameterTypes.set(parameter, type);
    if (exact && type.kind === 'varchar') this.lookedAt.add(parameter);
    return { kind: 'parameter', index: parameter, type };
  }

  placeholder(index: number): BoundExpr {
    const bound = this.facts.placeholder(index);
    if (bound === undefined) this.#untyped.add(index);
    const given = bound?.type ?? varchar(65_535 / 4);
    const type = 'collation' in given ? { ...given, collation: this.facts.connectionCollation } : given;
    this.parameterTypes.set(index, type);
    return { kind: 'parameter', index, type };
  }

  /** Gives a `?` that nothing has typed yet the type of what it stands beside. */
  inferred(expr: BoundExpr, type: SqlType): BoundExpr {
    if (expr.kind !== 'parameter' || !this.#untyped.has(expr.index) || type.kind === 'null') return expr;
    this.parameterTypes.set(expr.index, type);
    return { ...expr, type };
  }

  isUntyped(expr: BoundExpr): boolean {
    return expr.kind === 'parameter' && this.#untyped.has(expr.index);
  }

  /** The value of a literal or bound `?`, which becomes part of the plan's key; undefined when unknown. */
  valueOf(expr: BoundExpr): { readonly value: SqlValue } | undefined {
    if (expr.kind === 'literal') return { value: expr.value };
    if (expr.kind !== 'parameter') return undefined;
    const literal = this.#literals.get(expr.index);
    const bound = literal === undefined ? this.facts.placeholder(expr.index) : { value: literal };
    if (bound !== undefined) this.lookedAt.add(expr.index);
    return bound;
  }

  /** Whether two parameters stand for equal literals; if so both become part of the plan's key. */
  sameParameter(a: number, b: number): boolean {
    if (a === b) return true;
    const [x, y] = [this.#literals.get(a), this.#literals.get(b)];
    if (x === undefined || y === undefined || x !== y) return false;
    this.lookedAt.add(a);
    this.lookedAt.add(b);
    return true;
  }
}

function literalType(literal: LiteralExpr['literal'], exact: boolean, connection: string): SqlType {
  switch (literal.type) {
    case 'integer':
      return bigint();
    case 'unsigned':
      return bigint(true);
    case 'decimal':
      return decimal(literal.precision, literal.scale);
    case 'double':
      return double;
    case 'string':
      return varchar(
        exact ? [...literal.value].length : 255,
        literal.charset === null ? connection : findCharacterSet(literal.charset)?.defaultCollation,
      );
    case 'hex':
    case 'bit':
      return { kind: 'varbinary', length: exact ? literal.value.length : 255, bits: true };
    case 'binary':
      return { kind: 'varbinary', length: exact ? literal.value.length : 255 };
  }
}

export const nullLiteral: BoundExpr = { kind: 'literal', value: null, type: nullType };
export const textLiteral = (value: string): BoundExpr => ({
  kind: 'literal',
  value,
  type: varchar(value.length),
});
export const integerLiteral = (value: number): BoundExpr => ({
  kind: 'literal',
  value: BigInt(value),
  type: bigint(),
});
