/** What comparing and sorting have in common: collations, MySQL's place of NULL, the order of ENUM. */
import { AssertionError } from '../../../base/assert.ts';
import type { BoundOrder } from '../../../planner/bound.ts';
import { hasKeys } from '../../../types/collation.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { equalityKey } from '../collation-functions.ts';
import type { PrintState } from './state.ts';

/** The binder has put keys where texts of a collation are compared. */
export function requireComparable(types: readonly SqlType[]): void {
  const found = types.find(hasKeys);
  if (found !== undefined && hasKeys(found))
    throw new AssertionError(`texts of ${found.collation} compared without keys`);
}

/** What a value sorts by: ENUM and SET by their members' order, texts by their collation, everything else by itself. */
export function sortKey(sql: string, type: SqlType): string {
  if (type.kind !== 'enum' && type.kind !== 'set') return equalityKey(sql, type);
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
