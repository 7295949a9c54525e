import { type DeltaField, type DeltaType, duckTypeOfDelta } from './delta-schema.ts';
import { identifier, literal } from './duck-port.ts';
import type { ParquetNode } from './parquet-tree.ts';

/** `delta.columnMapping.mode`. */
export type MappingMode = 'none' | 'name' | 'id';

/** The name of a field in files, partition values and statistics. */
export function physicalName(field: DeltaField, mode: MappingMode): string {
  const physical = field.metadata['delta.columnMapping.physicalName'];
  return mode !== 'none' && typeof physical === 'string' ? physical : field.name;
}

function findNode(
  field: DeltaField,
  nodes: readonly ParquetNode[],
  mode: MappingMode,
): ParquetNode | undefined {
  const id = field.metadata['delta.columnMapping.id'];
  if (mode === 'id' && typeof id === 'number') {
    const byId = nodes.find((node) => node.fieldId === id);
    if (byId !== undefined) return byId;
  }
  const name = physicalName(field, mode);
  return nodes.find((node) => node.name === name);
}

/**
 * A top-level field out of the scan `alias` of files with the columns `nodes`: found by name or id at every
 * level of nesting, NULL where a file does not have it, cast to the field's type.
 */
export function fieldExpression(
  alias: string,
  field: DeltaField,
  nodes: readonly ParquetNode[],
  mode: MappingMode,
): string {
  const node = findNode(field, nodes, mode);
  const value = node === undefined ? '' : `${alias}.${identifier(node.name)}`;
  return convert(value, field.type, node, mode, 0);
}

function convert(
  value: string,
  type: DeltaType,
  node: ParquetNode | undefined,
  mode: MappingMode,
  depth: number,
): string {
  const duckType = duckTypeOfDelta(type);
  if (node === undefined) return `NULL::${duckType}`;
  switch (type.kind) {
    case 'primitive':
    case 'decimal':
      return `CAST(${value} AS ${duckType})`;
    case 'struct': {
      const members = type.fields.map((field) => {
        const child = findNode(field, node.children, mode);
        const member = child === undefined ? '' : `struct_extract(${value}, ${literal(child.name)})`;
        return `${identifier(field.name)} := ${convert(member, field.type, child, mode, depth)}`;
      });
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END`;
    }
    case 'array': {
      const item = `e${depth}`;
      const element = convert(item, type.element, listElement(node), mode, depth + 1);
      return `CAST(list_transform(${value}, lambda ${item}: ${element}) AS ${duckType})`;
    }
    case 'map': {
      const entry = `e${depth}`;
      const [key, item] = node.children[0]?.children ?? [];
      const keySql = convert(`${entry}.key`, type.key, key, mode, depth + 1);
      const itemSql = convert(`${entry}.value`, type.value, item, mode, depth + 1);
      const entries = `list_transform(map_entries(${value}), lambda ${entry}: struct_pack(k := ${keySql}, v := ${itemSql}))`;
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE CAST(map_from_entries(${entries}) AS ${duckType}) END`;
    }
  }
}

/** The element of a Parquet list: of the three-level form, or of the old one whose repeated group it is. */
function listElement(node: ParquetNode): ParquetNode | undefined {
  const repeated = node.children[0];
  return repeated?.children.length === 1 ? repeated.children[0] : repeated;
}
