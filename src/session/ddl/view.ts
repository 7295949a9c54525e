/** CREATE and ALTER VIEW. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { ViewDef } from '../../catalog/schema.ts';
import type { Ddl } from '../../sql/statement.ts';
import { defaultCollation, varchar } from '../../types/sql-type.ts';
import { checkDistinctNames } from './column.ts';
import {
  checkIdentifier,
  type DdlContext,
  type DdlPlan,
  noSuchTable,
  planOf,
  qualifyNew,
  tableExists,
  wrongObject,
} from './context.ts';

type CreateView = Extract<Ddl, { kind: 'createView' }>;

/**
 * The view's query is bound now, so that a wrong one is refused now, and kept as text with every name
 * qualified. Errors 1050, 1146, 1347, 1353, 1060.
 */
export function createView(statement: CreateView, context: DdlContext): DdlPlan {
  const name = qualifyNew(statement.name, context);
  if (statement.checkOption !== null) throw notSupported('WITH CHECK OPTION');
  const existing = context.catalog.relation(name.database, name.name);
  if (existing === undefined && statement.alter) throw noSuchTable(name);
  if (existing !== undefined) {
    if (!statement.alter && !statement.orReplace) throw tableExists(name.name);
    if (existing.kind !== 'view') throw wrongObject(name, 'VIEW');
  }
  const { user, host } = context.account;
  const definer =
    statement.definer === null || statement.definer.user === null
      ? `${user}@${host}`
      : `${statement.definer.user}@${statement.definer.host}`;
  const { text, columns, objects, updatable } = context.bindQuery(statement.query);
  for (const object of objects) {
    const relation = context.catalog.relation(object.database, object.name);
    if (relation?.kind !== 'table' || relation.temporary !== true) continue;
    throw new GatewayError(
      'VIEW_OF_TEMPORARY_TABLE',
      `View's SELECT refers to a temporary table '${object.name}'`,
    );
  }
  const relation: ViewDef = {
    kind: 'view',
    ...name,
    text,
    columns: columns.map((column, index) => ({
      // NULL without a type is what MySQL's views show as binary(0); a string compares with everything.
      type: column.type.kind === 'null' ? varchar(0) : column.type,
      nullable: column.nullable,
      name: columnNames(statement, columns)[index]!,
    })),
    createdUs: existing?.kind === 'view' ? existing.createdUs : context.nowUs,
    definer,
    ...(updatable ? { updatable } : {}),
    ...(context.collation === defaultCollation ? {} : { collation: context.collation }),
    ...(statement.security === 'invoker' ? { security: 'invoker' as const } : {}),
  };
  checkDistinctNames(relation.columns.map((column) => column.name));
  return planOf([{ kind: 'putRelation', relation }]);
}

function columnNames(statement: CreateView, columns: readonly { readonly name: string }[]): string[] {
  const given = statement.columns;
  if (given !== null && given.length !== columns.length) {
    throw new GatewayError(
      'VIEW_COLUMN_COUNT',
      'In definition of view, derived table or common table expression, SELECT list and column names list have different column counts',
    );
  }
  // A label such as `count(*)` is a fine name of a view's column; one that is too long is cut as in MySQL.
  const names = given === null ? columns.map(({ name }, index) => shortName(name, index)) : [...given];
  for (const name of names) checkIdentifier(name, 'column');
  return names;
}

const shortName = (name: string, index: number): string =>
  [...name].length > 64 ? `Name_exp_${index + 1}` : name.trimEnd() || `Name_exp_${index + 1}`;
