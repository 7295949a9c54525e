/** DEFAULT and ON UPDATE of a column definition. */
import { GatewayError } from '../../base/errors.ts';
import type { ColumnDef, ColumnDefault } from '../../catalog/schema.ts';
import type { Expr, LiteralValue } from '../../sql/ast.ts';
import { printExpression } from '../../sql/print/printer.ts';
import type { TimeZone } from '../../time/time-zone.ts';
import { coerceValue } from '../../types/coerce.ts';
import type { CoerceContext } from '../../types/coerce-error.ts';
import { implicitValue } from '../../types/coerce-lenient.ts';
import { bigint, boolean, decimal, double, type SqlType, typeClass, varchar } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { TypedValue } from '../variables/variable-values.ts';

/** What constants need of the session. */
export interface DefaultContext {
  readonly timeZone: TimeZone;
  readonly nowUs: bigint;
}

const invalidDefault = (column: string): GatewayError =>
  new GatewayError('INVALID_DEFAULT', `Invalid default value for '${column}'`);

const numericClasses = new Set(['integer', 'decimal', 'real', 'bit']);

function literalValue(literal: LiteralValue, target: SqlType): TypedValue {
  switch (literal.type) {
    case 'integer':
      return { type: bigint(), value: literal.value };
    case 'unsigned':
      return { type: bigint(true), value: literal.value };
    case 'decimal':
      return { type: decimal(literal.precision, literal.scale), value: literal.value };
    case 'double':
      return { type: double, value: literal.value };
    case 'string':
      return { type: varchar(literal.value.length), value: literal.value };
    default:
      // x'41' and b'101' are numbers where a number is wanted.
      if (numericClasses.has(typeClass(target)) && literal.type !== 'binary') {
        const hex = Buffer.from(literal.value).toString('hex');
        return { type: bigint(true), value: BigInt(hex === '' ? 0 : `0x${hex}`) };
      }
      return { type: { kind: 'varbinary', length: literal.value.length }, value: literal.value };
  }
}

function negated({ type, value }: TypedValue): TypedValue | undefined {
  if (typeof value === 'bigint') return { type: bigint(), value: -value };
  if (typeof value === 'number') return { type, value: -value };
  if (type.kind === 'decimal' && typeof value === 'string') return { type, value: `-${value}` };
  return undefined;
}

/** The constant that an expression spells; undefined when it is more than a constant. */
function constantOf(expr: Expr, target: SqlType): TypedValue | undefined {
  switch (expr.kind) {
    case 'literal':
      return literalValue(expr.literal, target);
    case 'boolean':
      return { type: boolean, value: expr.value ? 1 : 0 };
    case 'temporalLiteral':
      return constantOf(expr.text, target);
    case 'unary': {
      const operand = constantOf(expr.operand, target);
      if (operand === undefined || expr.operator === '+') return operand;
      return expr.operator === '-' ? negated(operand) : undefined;
    }
    case 'collate':
      return constantOf(expr.operand, target);
    default:
      return undefined;
  }
}

const nowNames = new Set(['NOW', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP']);

/** The fractional digits of CURRENT_TIMESTAMP[(n)]; undefined when the expression is something else. */
function nowDigits(expr: Expr): number | undefined {
  if (expr.kind !== 'call' || expr.database !== null || !nowNames.has(expr.name)) return undefined;
  const [digits] = expr.args;
  if (digits === undefined) return 0;
  return digits.kind === 'literal' && digits.literal.type === 'integer'
    ? Number(digits.literal.value)
    : undefined;
}

/** The fractional digits of the column's type where NOW() is allowed as its default; undefined elsewhere. */
const timeDigits = (type: SqlType): number | undefined =>
  type.kind === 'datetime' || type.kind === 'timestamp' ? type.fsp : undefined;

/**
 * The default of a column, converted to its type. Errors: 1067 for a value that does not fit, 1101 for
 * constants of TEXT, BLOB and JSON, 1235 for expressions.
 */
export function columnDefault(
  column: Pick<ColumnDef, 'name' | 'type' | 'nullable'>,
  expr: Expr,
  context: DefaultContext,
): ColumnDefault | undefined {
  if (expr.kind === 'null') {
    if (!column.nullable) throw invalidDefault(column.name);
    return undefined;
  }
  const digits = nowDigits(expr);
  if (digits !== undefined) {
    if (timeDigits(column.type) !== digits) throw invalidDefault(column.name);
    return { kind: 'now', fsp: digits };
  }
  const constant = constantOf(expr, column.type);
  if (constant === undefined) return { kind: 'expression', text: printExpression(expr) };
  if (column.type.kind === 'json' || /text$|blob$/.test(column.type.kind)) {
    throw new GatewayError(
      'BLOB_DEFAULT',
      `BLOB, TEXT, GEOMETRY or JSON column '${column.name}' can't have a default value`,
    );
  }
  return { kind: 'constant', value: defaultValue(column, constant, context) };
}

function defaultValue(
  column: Pick<ColumnDef, 'name' | 'type'>,
  constant: TypedValue,
  context: DefaultContext,
): SqlValue {
  try {
    return coerceValue(constant.value, constant.type, column, coerceContext(context));
  } catch (error) {
    if (error instanceof GatewayError) throw invalidDefault(column.name);
    throw error;
  }
}

const coerceContext = (context: DefaultContext): CoerceContext => ({
  row: 1,
  nowUs: context.nowUs,
  zoneMinutes: (utcUs) => context.timeZone.minutesAt(utcUs),
});

/** Whether ON UPDATE CURRENT_TIMESTAMP stands there and fits the column; error 1294 when it does not. */
export function onUpdateNow(column: Pick<ColumnDef, 'name' | 'type'>, expr: Expr | null): boolean {
  if (expr === null) return false;
  const digits = nowDigits(expr);
  if (digits === undefined || timeDigits(column.type) !== digits) {
    throw new GatewayError('INVALID_ON_UPDATE', `Invalid ON UPDATE clause for '${column.name}' column`);
  }
  return true;
}

/**
 * What the rows of a table get that gains the column: its default, NULL, or the implicit value of the type.
 * Undefined where each row must be written: generated values, numbers, expressions, and dates that have none.
 */
export function initialValue(column: ColumnDef, context: DefaultContext): SqlValue | undefined {
  const { default: byDefault, type } = column;
  if (column.generated !== undefined || column.autoIncrement === true) return undefined;
  if (byDefault?.kind === 'constant') return byDefault.value;
  if (byDefault?.kind === 'expression') return undefined;
  if (byDefault?.kind === 'now') {
    const unit = 10n ** BigInt(6 - byDefault.fsp);
    const us = context.nowUs - (context.nowUs % unit);
    if (type.kind === 'timestamp') return us;
    return us + BigInt(context.timeZone.minutesAt(us)) * 60_000_000n;
  }
  return column.nullable ? null : implicitValue(type);
}
