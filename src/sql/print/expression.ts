/**
 * Expressions as canonical text, under the default SQL mode: names in backticks, keywords in upper case,
 * parentheses only where the tree needs them.
 */
import { assertNever } from '../../base/assert.ts';
import type {
  DataType,
  Expr,
  FrameBoundNode,
  JsonOnBehaviour,
  LiteralValue,
  OrderItem,
  Query,
  WindowSpec,
} from '../ast.ts';
import { infixLevels, levels } from '../generated/operators.ts';
import { isReserved } from '../keywords.ts';

/** What expressions need of the printer of queries, which needs expressions. */
export type PrintQuery = (query: Query) => string;

/** Below every operator: an assignment to a variable takes in all that follows it. */
const anything = 0;
const primary = 16;

/** How tightly the printed form of an expression holds together. */
function levelOf(expr: Expr): number {
  switch (expr.kind) {
    case 'assignVariable':
      return anything;
    case 'or':
      return levels.or;
    case 'and':
      return levels.and;
    case 'unary':
      return expr.operator === 'NOT' ? levels.not : levels.unary;
    case 'binary':
      if (expr.operator === '->' || expr.operator === '->>') return levels.collate;
      return infixLevels.get(expr.operator) ?? levels.or;
    case 'is':
    case 'quantified':
      return levels.comparison;
    case 'between':
    case 'in':
    case 'inQuery':
    case 'like':
    case 'regexp':
    case 'soundsLike':
    case 'memberOf':
      return levels.predicate;
    case 'dateArithmetic':
      return levels.additive;
    case 'collate':
      return levels.collate;
    default:
      return primary;
  }
}

/** Prints `expr`, in parentheses when it binds weaker than `minimum`. */
export function printAtLevel(expr: Expr, minimum: number, query: PrintQuery): string {
  const text = new ExpressionPrinter(query).print(expr);
  return levelOf(expr) < minimum ? `(${text})` : text;
}

/** Where only MySQL's `bit_expr` may stand. */
export function printBitExpression(expr: Expr, query: PrintQuery): string {
  return printAtLevel(expr, levels.bitOr, query);
}

export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export const quoteNames = (names: readonly string[]): string => names.map(quoteName).join(', ');

/** Where a name or a string may stand: character sets, collations, engines, servers. */
export function quoteWord(name: string): string {
  if (name === 'binary' || (/^[A-Za-z_][\w$]*$/.test(name) && !isReserved(name))) return name;
  return name === '' || name.includes('\0') ? quoteString(name) : quoteName(name);
}

const stringEscapes: ReadonlyMap<string, string> = new Map([
  ["'", "''"],
  ['\\', '\\\\'],
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\x1a', '\\Z'],
]);

export function quoteString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that MySQL escapes
  return `'${text.replace(/['\\\0\n\r\x1a]/g, (character) => stringEscapes.get(character) ?? character)}'`;
}

export function variableName(name: string): string {
  return /^[\w$.]+$/.test(name) ? `@${name}` : `@${quoteName(name)}`;
}

export function printLiteral(literal: LiteralValue): string {
  switch (literal.type) {
    case 'integer':
    case 'unsigned':
      return literal.value.toString();
    case 'decimal':
      return literal.scale === 0 ? `${literal.value}.` : literal.value;
    case 'double':
      return literal.value.toExponential();
    case 'string':
      return literal.charset === null
        ? quoteString(literal.value)
        : `_${literal.charset}${quoteString(literal.value)}`;
    case 'hex':
      return `x'${hexDigits(literal.value)}'`;
    case 'binary':
      return `_binary x'${hexDigits(literal.value)}'`;
    case 'bit':
      return `b'${Array.from(literal.value, (byte) => byte.toString(2).padStart(8, '0')).join('')}'`;
  }
}

function hexDigits(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
}

/** `NOT ` where a predicate is negated. */
const not = (negated: boolean): string => (negated ? 'NOT ' : '');

class ExpressionPrinter {
  readonly #query: PrintQuery;

  constructor(query: PrintQuery) {
    this.#query = query;
  }

  /** Any expression between parentheses or commas. */
  print(expr: Expr): string {
    switch (expr.kind) {
      case 'literal':
        return printLiteral(expr.literal);
      case 'placeholder':
        return '?';
      case 'null':
        return 'NULL';
      case 'default':
        return 'DEFAULT';
      case 'boolean':
        return expr.value ? 'TRUE' : 'FALSE';
      case 'temporalLiteral':
        return `${expr.type.toUpperCase()} ${printLiteral(expr.text.literal)}`;
      case 'column':
        return [expr.database, expr.table, expr.name]
          .filter((part) => part !== null)
          .map(quoteName)
          .join('.');
      case 'userVariable':
        return variableName(expr.name);
      case 'systemVariable':
        return `@@${expr.scope === null ? '' : `${expr.scope}.`}${expr.name.split('.').map(bareName).join('.')}`;
      case 'assignVariable':
        return `${variableName(expr.name)} := ${this.print(expr.value)}`;
      case 'unary':
      case 'binary':
      case 'and':
      case 'or':
      case 'collate':
      case 'dateArithmetic':
        return this.#operator(expr);
      case 'is':
      case 'quantified':
      case 'between':
      case 'in':
      case 'inQuery':
      case 'like':
      case 'regexp':
      case 'soundsLike':
      case 'memberOf':
        return this.#predicate(expr);
      case 'case':
        return this.#case(expr);
      case 'row':
        return `(${this.#list(expr.items)})`;
      case 'subquery':
        return `(${this.#query(expr.query)})`;
      case 'exists':
        return `EXISTS (${this.#query(expr.query)})`;
      default:
        return this.#function(expr);
    }
  }

  #at(expr: Expr, minimum: number): string {
    const text = this.print(expr);
    return levelOf(expr) < minimum ? `(${text})` : text;
  }

  #list(exprs: readonly Expr[]): string {
    return exprs.map((expr) => this.print(expr)).join(', ');
  }

  #operator(
    expr: Extract<Expr, { kind: 'unary' | 'binary' | 'and' | 'or' | 'collate' | 'dateArithmetic' }>,
  ): string {
    const level = levelOf(expr);
    switch (expr.kind) {
      case 'and':
      case 'or':
        return expr.terms
          .map((term) => this.#at(term, level + 1))
          .join(expr.kind === 'and' ? ' AND ' : ' OR ');
      case 'unary': {
        const operand = this.#at(expr.operand, level);
        const isWord = expr.operator === 'NOT' || expr.operator === 'BINARY';
        return `${expr.operator}${isWord || operand.startsWith('-') ? ' ' : ''}${operand}`;
      }
      case 'binary':
        return `${this.#at(expr.left, level)} ${expr.operator} ${this.#at(expr.right, level + 1)}`;
      case 'collate':
        return `${this.#at(expr.operand, level)} COLLATE ${quoteWord(expr.collation)}`;
      case 'dateArithmetic': {
        const operand = this.#at(expr.operand, level);
        return `${operand} ${expr.operator} INTERVAL ${this.print(expr.amount)} ${expr.unit}`;
      }
    }
  }

  #predicate(
    expr: Extract<
      Expr,
      {
        kind:
          | 'is'
          | 'quantified'
          | 'between'
          | 'in'
          | 'inQuery'
          | 'like'
          | 'regexp'
          | 'soundsLike'
          | 'memberOf';
      }
    >,
  ): string {
    const bit = (operand: Expr): string => this.#at(operand, levels.bitOr);
    switch (expr.kind) {
      case 'is':
        return `${this.#at(expr.operand, levels.comparison)} IS ${not(expr.negated)}${expr.test.toUpperCase()}`;
      case 'quantified': {
        const left = this.#at(expr.left, levels.comparison);
        return `${left} ${expr.operator} ${expr.quantifier.toUpperCase()} (${this.#query(expr.query)})`;
      }
      case 'between':
        return `${bit(expr.operand)} ${not(expr.negated)}BETWEEN ${bit(expr.low)} AND ${bit(expr.high)}`;
      case 'in':
        return `${bit(expr.operand)} ${not(expr.negated)}IN (${this.#list(expr.list)})`;
      case 'inQuery':
        return `${bit(expr.operand)} ${not(expr.negated)}IN (${this.#query(expr.query)})`;
      case 'like': {
        const tail = expr.escape === null ? '' : ` ESCAPE ${this.#at(expr.escape, levels.unary)}`;
        const pattern = this.#at(expr.pattern, levels.unary);
        return `${bit(expr.operand)} ${not(expr.negated)}LIKE ${pattern}${tail}`;
      }
      case 'regexp':
        return `${bit(expr.operand)} ${not(expr.negated)}REGEXP ${bit(expr.pattern)}`;
      case 'soundsLike':
        return `${bit(expr.left)} SOUNDS LIKE ${bit(expr.right)}`;
      case 'memberOf':
        return `${bit(expr.operand)} MEMBER OF (${this.print(expr.array)})`;
    }
  }

  #case(expr: Extract<Expr, { kind: 'case' }>): string {
    const operand = expr.operand === null ? '' : ` ${this.print(expr.operand)}`;
    const whens = expr.whens.map(
      (branch) => ` WHEN ${this.print(branch.when)} THEN ${this.print(branch.then)}`,
    );
    const otherwise = expr.else === null ? '' : ` ELSE ${this.print(expr.else)}`;
    return `CASE${operand}${whens.join('')}${otherwise} END`;
  }

  #function(expr: FunctionExpr): string {
    switch (expr.kind) {
      case 'call': {
        const database = expr.database === null ? '' : `${quoteName(expr.database)}.`;
        return `${database}${bareName(expr.name)}(${this.#list(expr.args)})`;
      }
      case 'aggregate':
        return this.#aggregate(expr);
      case 'windowFunction': {
        const from = expr.fromLast ? ' FROM LAST' : '';
        const nulls = expr.ignoreNulls ? ' IGNORE NULLS' : '';
        return `${expr.name}(${this.#list(expr.args)})${from}${nulls} OVER ${this.window(expr.over)}`;
      }
      case 'defaultOf':
        return `DEFAULT(${this.print(expr.column)})`;
      case 'insertValue':
        return `VALUES(${this.print(expr.column)})`;
      case 'cast':
        return `CAST(${this.print(expr.operand)} AS ${printDataType(expr.type)}${expr.array ? ' ARRAY' : ''})`;
      case 'convertUsing':
        return `CONVERT(${this.print(expr.operand)} USING ${quoteWord(expr.charset)})`;
      case 'charUsing':
        return `CHAR(${this.#list(expr.args)} USING ${quoteWord(expr.charset)})`;
      case 'extract':
        return `EXTRACT(${expr.unit} FROM ${this.print(expr.operand)})`;
      case 'timestampAdd':
        return `TIMESTAMPADD(${expr.unit}, ${this.print(expr.amount)}, ${this.print(expr.operand)})`;
      case 'timestampDiff':
        return `TIMESTAMPDIFF(${expr.unit}, ${this.print(expr.from)}, ${this.print(expr.to)})`;
      case 'trim': {
        const remove = expr.remove === null ? '' : `${this.print(expr.remove)} `;
        return `TRIM(${expr.side.toUpperCase()} ${remove}FROM ${this.print(expr.operand)})`;
      }
      case 'getFormat':
        return `GET_FORMAT(${expr.type.toUpperCase()}, ${this.print(expr.format)})`;
      case 'match': {
        const mode = { natural: '', boolean: ' IN BOOLEAN MODE', expansion: ' WITH QUERY EXPANSION' }[
          expr.mode
        ];
        return `MATCH (${this.#list(expr.columns)}) AGAINST (${this.#at(expr.against, levels.bitOr)}${mode})`;
      }
      case 'jsonValue': {
        const returning = expr.returning === null ? '' : ` RETURNING ${printDataType(expr.returning)}`;
        const on = printJsonOn(expr, this.#query);
        return `JSON_VALUE(${this.print(expr.document)}, ${this.print(expr.path)}${returning}${on})`;
      }
      default:
        return assertNever(expr);
    }
  }

  #aggregate(expr: Extract<Expr, { kind: 'aggregate' }>): string {
    const distinct = expr.distinct ? 'DISTINCT ' : '';
    const order = expr.orderBy.length === 0 ? '' : ` ${this.orderList(expr.orderBy)}`;
    const separator = expr.separator === null ? '' : ` SEPARATOR ${quoteString(expr.separator)}`;
    const over = expr.over === null ? '' : ` OVER ${this.window(expr.over)}`;
    const args = expr.star ? '*' : this.#list(expr.args);
    return `${expr.name}(${distinct}${args}${order}${separator})${over}`;
  }

  orderList(items: readonly OrderItem[]): string {
    const printed = items.map(({ expr, descending }) => `${this.print(expr)}${descending ? ' DESC' : ''}`);
    return `ORDER BY ${printed.join(', ')}`;
  }

  window(spec: WindowSpec): string {
    if (spec.bare && spec.base !== null) return quoteName(spec.base);
    const parts: string[] = [];
    if (spec.base !== null) parts.push(quoteName(spec.base));
    if (spec.partitionBy.length > 0) parts.push(`PARTITION BY ${this.#list(spec.partitionBy)}`);
    if (spec.orderBy.length > 0) parts.push(this.orderList(spec.orderBy));
    if (spec.frame !== null) {
      const { unit, from, to } = spec.frame;
      parts.push(`${unit.toUpperCase()} BETWEEN ${this.#bound(from)} AND ${this.#bound(to)}`);
    }
    return `(${parts.join(' ')})`;
  }

  #bound(bound: FrameBoundNode): string {
    switch (bound.kind) {
      case 'currentRow':
        return 'CURRENT ROW';
      case 'unboundedPreceding':
        return 'UNBOUNDED PRECEDING';
      case 'unboundedFollowing':
        return 'UNBOUNDED FOLLOWING';
      default: {
        const { offset, unit } = bound;
        const amount =
          offset === null ? '' : unit === null ? this.#at(offset, levels.bitOr) : this.print(offset);
        return `${unit === null ? amount : `INTERVAL ${amount} ${unit}`} ${bound.kind.toUpperCase()}`;
      }
    }
  }
}

type FunctionExpr = Extract<
  Expr,
  {
    kind:
      | 'call'
      | 'aggregate'
      | 'windowFunction'
      | 'defaultOf'
      | 'insertValue'
      | 'cast'
      | 'convertUsing'
      | 'charUsing'
      | 'extract'
      | 'timestampAdd'
      | 'timestampDiff'
      | 'trim'
      | 'getFormat'
      | 'match'
      | 'jsonValue';
  }
>;

/** A function's or variable's name: quoted only when it must be. */
function bareName(name: string): string {
  return /^[A-Za-z_][\w$]*$/.test(name) ? name : quoteName(name);
}

export function printOrderList(items: readonly OrderItem[], query: PrintQuery): string {
  return new ExpressionPrinter(query).orderList(items);
}

export function printWindow(spec: WindowSpec, query: PrintQuery): string {
  return new ExpressionPrinter(query).window(spec);
}

/** `… ON EMPTY … ON ERROR`, with a blank before each. */
export function printJsonOn(
  clauses: { readonly onEmpty: JsonOnBehaviour | null; readonly onError: JsonOnBehaviour | null },
  query: PrintQuery,
): string {
  const one = (behaviour: JsonOnBehaviour | null, when: string): string => {
    if (behaviour === null) return '';
    const what =
      behaviour.kind === 'default'
        ? `DEFAULT ${printBitExpression(behaviour.value, query)}`
        : behaviour.kind.toUpperCase();
    return ` ${what} ON ${when}`;
  };
  return one(clauses.onEmpty, 'EMPTY') + one(clauses.onError, 'ERROR');
}

export function printDataType(type: DataType): string {
  const length = type.length === null ? '' : `(${type.length}${type.scale === null ? '' : `,${type.scale}`})`;
  const members = type.members === null ? '' : `(${type.members.map(quoteString).join(',')})`;
  return (
    (type.boolean ? 'BOOLEAN' : type.name.toUpperCase()) +
    length +
    members +
    (type.unsigned ? ' UNSIGNED' : '') +
    (type.zerofill ? ' ZEROFILL' : '') +
    (type.charset === null ? '' : ` CHARACTER SET ${quoteWord(type.charset)}`) +
    (type.binary ? ' BINARY' : '') +
    (type.collation === null ? '' : ` COLLATE ${quoteWord(type.collation)}`)
  );
}
