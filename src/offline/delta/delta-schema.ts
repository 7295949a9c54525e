import { GatewayError, notSupported } from '../../base/errors.ts';
import { defaultCollation, type SqlType } from '../../types/sql-type.ts';

/** A type of Delta's schema (PROTOCOL.md, "Schema Serialization Format"). */
export type DeltaType =
  | { readonly kind: 'primitive'; readonly name: string }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'struct'; readonly fields: readonly DeltaField[] }
  | { readonly kind: 'array'; readonly element: DeltaType; readonly containsNull: boolean }
  | {
      readonly kind: 'map';
      readonly key: DeltaType;
      readonly value: DeltaType;
      readonly valueContainsNull: boolean;
    };

export interface DeltaField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function bad(): GatewayError {
  return new GatewayError('STORAGE_ERROR', 'Corrupt Delta log: schemaString');
}

/** Parses `schemaString`; STORAGE_ERROR when it is not a struct in Delta's form. */
export function parseSchema(schemaString: string): DeltaField[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(schemaString);
  } catch {
    throw bad();
  }
  const type = parseType(parsed);
  if (type.kind !== 'struct') throw bad();
  return [...type.fields];
}

function parseType(value: unknown): DeltaType {
  if (typeof value === 'string') {
    const decimal = /^decimal(?:\(\s*(\d+)\s*,\s*(\d+)\s*\))?$/.exec(value.trim());
    if (decimal === null) return { kind: 'primitive', name: value };
    return { kind: 'decimal', precision: Number(decimal[1] ?? 10), scale: Number(decimal[2] ?? 0) };
  }
  if (!isObject(value)) throw bad();
  if (value.type === 'struct' && Array.isArray(value.fields)) {
    return { kind: 'struct', fields: value.fields.map(parseField) };
  }
  if (value.type === 'array') {
    return {
      kind: 'array',
      element: parseType(value.elementType),
      containsNull: value.containsNull !== false,
    };
  }
  if (value.type === 'map') {
    const valueContainsNull = value.valueContainsNull !== false;
    return {
      kind: 'map',
      key: parseType(value.keyType),
      value: parseType(value.valueType),
      valueContainsNull,
    };
  }
  throw bad();
}

function parseField(value: unknown): DeltaField {
  if (!isObject(value) || typeof value.name !== 'string') throw bad();
  return {
    name: value.name,
    type: parseType(value.type),
    nullable: value.nullable !== false,
    metadata: isObject(value.metadata) ? value.metadata : {},
  };
}

function typeJson(type: DeltaType): unknown {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'struct':
      return {
        type: 'struct',
        fields: type.fields.map((field) => ({ ...field, type: typeJson(field.type) })),
      };
    case 'array':
      return { type: 'array', elementType: typeJson(type.element), containsNull: type.containsNull };
    case 'map':
      return {
        type: 'map',
        keyType: typeJson(type.key),
        valueType: typeJson(type.value),
        valueContainsNull: type.valueContainsNull,
      };
  }
}

/** Prints fields as `schemaString`. */
export function printSchema(fields: readonly DeltaField[]): string {
  return JSON.stringify(typeJson({ kind: 'struct', fields }));
}

const duckPrimitives: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
  timestamp_ntz: 'TIMESTAMP',
  void: 'INTEGER',
};

/** The DuckDB type that holds a Delta type's values; error 1235 for a type that we do not know. */
export function duckTypeOfDelta(type: DeltaType): string {
  switch (type.kind) {
    case 'primitive': {
      const name = duckPrimitives[type.name];
      if (name === undefined) throw notSupported(`Delta type ${type.name}`);
      return name;
    }
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'struct':
      return `STRUCT(${type.fields
        .map((field) => `"${field.name.replaceAll('"', '""')}" ${duckTypeOfDelta(field.type)}`)
        .join(', ')})`;
    case 'array':
      return `${duckTypeOfDelta(type.element)}[]`;
    case 'map':
      return `MAP(${duckTypeOfDelta(type.key)}, ${duckTypeOfDelta(type.value)})`;
  }
}

const sqlPrimitives: Readonly<Record<string, SqlType>> = {
  string: { kind: 'longtext', collation: defaultCollation },
  long: { kind: 'bigint', unsigned: false },
  integer: { kind: 'int', unsigned: false },
  short: { kind: 'smallint', unsigned: false },
  byte: { kind: 'tinyint', unsigned: false },
  float: { kind: 'float' },
  double: { kind: 'double' },
  boolean: { kind: 'tinyint', unsigned: false, displayWidth: 1 },
  binary: { kind: 'longblob' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp', fsp: 6 },
  timestamp_ntz: { kind: 'datetime', fsp: 6 },
  void: { kind: 'int', unsigned: false },
};

/** The SQL type of a foreign column; structs, arrays and maps are JSON. */
export function sqlTypeOfDelta(type: DeltaType): SqlType {
  if (type.kind === 'decimal') return { kind: 'decimal', precision: type.precision, scale: type.scale };
  if (type.kind !== 'primitive') return { kind: 'json' };
  const sqlType = sqlPrimitives[type.name];
  if (sqlType === undefined) throw notSupported(`Delta type ${type.name}`);
  return sqlType;
}
