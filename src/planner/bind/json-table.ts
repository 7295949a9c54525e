/** JSON_TABLE in FROM: its document among the items to the left, its columns and their types. */
import { GatewayError } from '../../base/errors.ts';
import type { DataType, JsonOnBehaviour, JsonTableColumn, JsonTableFrom } from '../../sql/ast.ts';
import { parseJsonTree } from '../../types/json-tree.ts';
import { defaultCollation, int, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { BoundColumn, BoundExpr, BoundJsonColumn, BoundJsonTable, JsonOutcome } from '../bound.ts';
import { columnType } from '../column-type.ts';
import { constantEnv } from '../evaluator/environment.ts';
import { parseJsonPath } from '../evaluator/json-path.ts';
import { convertNode } from '../evaluator/json-value.ts';
import { queryOf, some } from '../expr-tools.ts';
import type { FromScope, ScopeRelation } from '../scope.ts';
import { asText } from './arguments.ts';
import type { ExprEnv } from './env.ts';
import { namedColumns } from './from-columns.ts';
import { type FromResult, relationScope } from './table.ts';

/** MySQL's bound on NESTED PATHs. */
const nestedPathsMax = 16;

interface Binding {
  readonly alias: string;
  readonly columns: BoundColumn[];
  nestedPaths: number;
}

function checkedPath(path: string): string {
  parseJsonPath(path);
  return path;
}

/** The type of a column as a column of a table has it. */
function typeOf(type: DataType, column: string): SqlType {
  return columnType(type, { column, collation: defaultCollation });
}

/** What an ON clause gives; a default is JSON text that must fit the column. Error 1067. */
function outcomeOf(behaviour: JsonOnBehaviour | null, name: string, type: SqlType): JsonOutcome {
  if (behaviour?.kind !== 'default') return { kind: behaviour?.kind ?? 'null' };
  const invalid = new GatewayError('INVALID_DEFAULT', `Invalid default value for '${name}'`);
  const { value } = behaviour;
  if (value.kind !== 'literal') throw invalid;
  try {
    const node = parseJsonTree(String(value.literal.value), { call: 'json_table', position: 1 });
    const converted = convertNode(
      node,
      { name, type },
      constantEnv(() => undefined),
    );
    if ('value' in converted) return { kind: 'default', value: converted.value };
    throw converted.error();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'INVALID_JSON_ARGUMENT') throw invalid;
    throw error;
  }
}

function bindColumn(column: JsonTableColumn, binding: Binding): BoundJsonColumn {
  if (column.kind === 'nested') {
    if (++binding.nestedPaths >= nestedPathsMax) {
      throw new GatewayError(
        'JSON_TABLE_NESTED_PATHS',
        `More than supported ${nestedPathsMax} NESTED PATHs were found in JSON_TABLE '${binding.alias}'`,
      );
    }
    return { kind: 'nested', table: bindColumns(column.path, column.columns, binding) };
  }
  const { name } = column;
  const type = column.kind === 'ordinality' ? int(true) : typeOf(column.type, name);
  binding.columns.push({ name, type, nullable: true });
  switch (column.kind) {
    case 'ordinality':
      return { kind: 'ordinality', type };
    case 'exists':
      return { kind: 'exists', name, type, path: checkedPath(column.path) };
    case 'value':
      return {
        kind: 'value',
        name,
        type,
        path: checkedPath(column.path),
        onEmpty: outcomeOf(column.onEmpty, name, type),
        onError: outcomeOf(column.onError, name, type),
      };
  }
}

const bindColumns = (
  path: string,
  columns: readonly JsonTableColumn[],
  binding: Binding,
): BoundJsonTable => ({
  path: checkedPath(path),
  columns: columns.map((column) => bindColumn(column, binding)),
});

function bindDocument(item: JsonTableFrom, env: ExprEnv, before: FromScope): BoundExpr {
  const documentEnv: ExprEnv = {
    ...env,
    scope: { from: before, outer: env.scope.outer },
    clause: 'a table function argument',
    aggregates: false,
    windows: null,
  };
  const document = env.bind(item.document, documentEnv);
  const isQuery = (expr: BoundExpr): boolean => queryOf(expr) !== undefined || expr.kind === 'aggregate';
  if (some(document, isQuery)) throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to JSON_TABLE');
  switch (typeClass(document.type)) {
    case 'json':
    case 'string':
      return document;
    case 'null':
      return asText(document);
    default:
      throw new GatewayError(
        'INVALID_TYPE_FOR_JSON',
        'Invalid data type for JSON data in argument 1 to function json_table; a JSON string or JSON type is required.',
      );
  }
}

/** A FROM item whose rows depend on the current row of the items before it. */
export function bindJsonTable(item: JsonTableFrom, env: ExprEnv, before: FromScope): FromResult {
  const { alias } = item;
  const binding: Binding = { alias, columns: [], nestedPaths: 0 };
  const document = bindDocument(item, env, before);
  const table = bindColumns(item.path, item.columns, binding);
  const relation: ScopeRelation = {
    id: env.context.newRelation(),
    alias,
    database: undefined,
    columns: namedColumns(binding.columns, null),
    versioned: false,
    optional: false,
  };
  return {
    from: { kind: 'jsonTable', relation: relation.id, document, table, columns: relation.columns },
    scope: relationScope(relation),
  };
}
