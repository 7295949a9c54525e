/** What comparing and sorting have in common: collations, MySQL's place of NULL, the order of ENUM. */
import { notSupported } from '../../../base/errors.ts';
import type { BoundOrder } from '../../../planner/bound.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { PrintState } from './state.ts';

/** Strings are compared by their bytes; other collations would need a sort key that DuckDB does not have. */
export function requireComparable(types: readonly SqlType[]): void {
  for (const type of types) {
    if ('collation' in type && !type.collation.endsWith('_bin') && type.collation !== 'binary') {
      throw notSupported(`comparing strings by collation ${type.collation}`);
    }
  }
}

/** What a value sorts by: ENUM and SET by their members' order, everything else by itself. */
export function sortKey(sql: string, type: SqlType): string {
  requireComparable([type]);
  if (type.kind !== 'enum' && type.kind !== 'set') return sql;
  const members = type.members.map((member) => `decode('${blobLiteral(member)}'::BLOB)`);
  if (type.kind === 'set') {
    const bits = members.map(
      (member, index) =>
        `CASE WHEN list_contains(string_split(${sql}, ','), ${member}) THEN ${1n << BigInt(index)}::UBIGINT ELSE 0::UBIGINT END`,
    );
    return `CASE WHEN ${sql} IS NOT NULL THEN ${bits.join(' + ')} END`;
  }
  return `list_position([${members.join(', ')}], ${sql})`;
}

/** Bytes as DuckDB's literal of a BLOB, all of them escaped. */
function blobLiteral(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** An ORDER BY element in MySQL's order: NULL is the least. */
export function orderText(sql: string, type: SqlType, descending: boolean): string {
  return `${sortKey(sql, type)} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`;
}

export function printOrder(state: PrintState, order: BoundOrder): string {
  return orderText(state.value(order.expr), order.expr.type, order.descending);
}
