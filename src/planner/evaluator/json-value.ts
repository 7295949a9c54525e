/** A JSON value as the value of an SQL type, as JSON_TABLE and JSON_VALUE take it, and what becomes of failures. */
import { GatewayError } from '../../base/errors.ts';
import { coerceValue } from '../../types/coerce.ts';
import type { TargetColumn } from '../../types/coerce-error.ts';
import { type JsonNode, printJsonTree } from '../../types/json-tree.ts';
import { bigint, decimal, double, longtext, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { EvaluationEnv } from './environment.ts';

/** The value, or the error that ERROR ON ERROR shows; not made before, since it costs more than the value. */
export type Converted = { readonly value: SqlValue } | { readonly error: () => GatewayError };

/** Names of types as error 3156 shows them. */
function shownType(type: SqlType): string {
  switch (typeClass(type)) {
    case 'integer':
    case 'bit':
      return 'INTEGER';
    case 'real':
      return 'DOUBLE';
    default:
      return type.kind.toUpperCase();
  }
}

const wrongValue = ({ name, type }: TargetColumn): GatewayError =>
  new GatewayError(
    'INVALID_JSON_TABLE_VALUE',
    `Invalid JSON value for CAST to ${shownType(type)} from column ${name} at row 1`,
  );

/** The SQL value that a scalar is before it is assigned, or undefined where its kind does not go to the type. */
function scalarOf(
  node: JsonNode,
  type: SqlType,
): { readonly value: SqlValue; readonly from: SqlType } | undefined {
  const target = typeClass(type);
  if (node.kind === 'string') {
    const text = node.value;
    if (target === 'integer' && !/^\s*[+-]?\d+$/.test(text)) return undefined;
    return { value: text, from: longtext };
  }
  if (node.kind !== 'scalar') return undefined;
  const { text } = node;
  if (target === 'string' || target === 'binary') return { value: text, from: longtext };
  if (target === 'temporal' && type.kind !== 'year') return undefined;
  if (text === 'true' || text === 'false') return { value: text === 'true' ? 1n : 0n, from: bigint() };
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    return { value, from: bigint(value >= 1n << 63n) };
  }
  // The digits count where a decimal can hold them: 1.005 is not the double next to it.
  if (target === 'decimal' && /^-?\d+\.\d+$/.test(text)) {
    const digits = text.replace(/[-.]/g, '').length;
    const scale = text.length - 1 - text.indexOf('.');
    if (digits <= 65 && scale <= 30) return { value: text, from: decimal(Math.max(digits, scale), scale) };
  }
  return { value: Number(text), from: double };
}

const notScalar = ({ name }: TargetColumn): GatewayError =>
  new GatewayError(
    'JSON_TABLE_NOT_SCALAR',
    `Can't store an array or an object in the scalar column '${name}' of JSON_TABLE function.`,
  );

function failure(error: GatewayError, column: TargetColumn): GatewayError {
  if (error.code === 'OUT_OF_RANGE_COLUMN') {
    return new GatewayError(
      'JSON_TABLE_OUT_OF_RANGE',
      `Value is out of range for JSON_TABLE's column '${column.name}'`,
    );
  }
  return error.code === 'DATA_TOO_LONG' ? error : wrongValue(column);
}

/** A node as a value of a column; the JSON null is NULL. */
export function convertNode(node: JsonNode, column: TargetColumn, env: EvaluationEnv): Converted {
  if (node.kind === 'scalar' && node.text === 'null') return { value: null };
  if (column.type.kind === 'json') return { value: printJsonTree(node) };
  if (node.kind === 'array' || node.kind === 'object') {
    return { error: () => notScalar(column) };
  }
  const scalar = scalarOf(node, column.type);
  if (scalar === undefined) return { error: () => wrongValue(column) };
  try {
    const context = { row: 1, nowUs: 0n, zoneMinutes: (us: bigint) => env.zoneMinutes(us) };
    return { value: coerceValue(scalar.value, scalar.from, column, context) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { error: () => failure(error, column) };
  }
}
