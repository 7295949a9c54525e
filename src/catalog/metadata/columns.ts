/** information_schema: columns, keys and constraints. */
import type { Access } from '../access.ts';
import { type ColumnDef, hasGeneratedKey, type RelationDef, type TableDef } from '../schema.ts';
import { typeFacts } from './column-facts.ts';
import type { MetadataContext } from './context.ts';
import { defaultText } from './default-text.ts';
import {
  informationSchemaTable,
  type MetadataColumn,
  type MetadataTable,
  type NamedRow,
} from './definition.ts';
import { allRelations } from './names.ts';

/** COLUMN_KEY by the column's index: PRI for the primary key, MUL for the first column of another index. */
function columnKey(relation: RelationDef, index: number): string {
  if (relation.kind !== 'table') return '';
  if (relation.primaryKey.includes(index)) return 'PRI';
  return relation.indexes.some((other) => other.columns[0] === index) ? 'MUL' : '';
}

/** EXTRA, in MySQL's words and order. */
export function columnExtra(column: ColumnDef): string {
  const words: string[] = [];
  if (column.autoIncrement) words.push('auto_increment');
  if (column.default?.kind === 'now' || column.default?.kind === 'expression')
    words.push('DEFAULT_GENERATED');
  if (column.generated !== undefined)
    words.push(column.generated.stored ? 'STORED GENERATED' : 'VIRTUAL GENERATED');
  if (column.onUpdateNow) words.push(`on update CURRENT_TIMESTAMP${fspSuffix(column)}`);
  if (column.invisible) words.push('INVISIBLE');
  return words.join(' ');
}

const fspSuffix = (column: ColumnDef): string =>
  'fsp' in column.type && column.type.fsp > 0 ? `(${column.type.fsp})` : '';

/** What the account may do with a column, in MySQL's words and order. */
function privilegesText(access: Access, relation: NamedRelation, column: string): string {
  const privileges = (['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'] as const).filter((privilege) =>
    access.onColumn(relation.database, relation.name, column, privilege),
  );
  return privileges.join(',').toLowerCase();
}

interface NamedRelation {
  readonly database: string;
  readonly name: string;
}

interface ShownColumn extends MetadataColumn {
  readonly key: string;
  readonly extra: string;
  readonly default: string | null;
  readonly comment: string;
}

function shownColumns(relation: RelationDef): ShownColumn[] {
  if (relation.kind === 'view') {
    return relation.columns.map((column) => ({ ...column, key: '', extra: '', default: null, comment: '' }));
  }
  return relation.columns.map((column, index) => ({
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    key: columnKey(relation, index),
    extra: columnExtra(column),
    default: defaultText(column),
    comment: column.comment,
  }));
}

function* columnRowsOf(
  relation: NamedRelation,
  columns: readonly ShownColumn[],
  access: Access,
  hidden: readonly number[] = [],
): Iterable<NamedRow> {
  for (const [index, column] of columns.entries()) {
    if (hidden.includes(index)) continue;
    if (!access.seesColumn(relation.database, relation.name, column.name)) continue;
    const facts = typeFacts(column.type);
    yield {
      TABLE_CATALOG: 'def',
      TABLE_SCHEMA: relation.database,
      TABLE_NAME: relation.name,
      COLUMN_NAME: column.name,
      ORDINAL_POSITION: index + 1,
      COLUMN_DEFAULT: column.default,
      IS_NULLABLE: column.nullable ? 'YES' : 'NO',
      DATA_TYPE: facts.dataType,
      CHARACTER_MAXIMUM_LENGTH: facts.characterLength,
      CHARACTER_OCTET_LENGTH: facts.octetLength,
      NUMERIC_PRECISION: facts.numericPrecision === null ? null : BigInt(facts.numericPrecision),
      NUMERIC_SCALE: facts.numericScale === null ? null : BigInt(facts.numericScale),
      DATETIME_PRECISION: facts.datetimePrecision,
      CHARACTER_SET_NAME: facts.characterSet,
      COLLATION_NAME: facts.collation,
      COLUMN_TYPE: facts.columnType,
      COLUMN_KEY: column.key,
      EXTRA: column.extra,
      PRIVILEGES: privilegesText(access, relation, column.name),
      COLUMN_COMMENT: column.comment,
      GENERATION_EXPRESSION: '',
    };
  }
}

function* columnsRows(
  context: MetadataContext,
  metadataTables: readonly MetadataTable[],
): Iterable<NamedRow> {
  for (const table of metadataTables) {
    const columns = table.columns.map((column) => ({
      ...column,
      key: '',
      extra: '',
      default: column.nullable ? null : '',
      comment: '',
    }));
    yield* columnRowsOf(table, columns, context.access);
  }
  for (const relation of allRelations(context.catalog)) {
    const hidden = relation.kind === 'table' && hidesKey(relation, context) ? relation.primaryKey : [];
    yield* columnRowsOf(relation, shownColumns(relation), context.access, hidden);
  }
}

const hidesKey = (table: TableDef, context: MetadataContext): boolean =>
  (table.temporary === true || !context.showsGeneratedKeys) && hasGeneratedKey(table);

function* baseTables(context: MetadataContext): Iterable<TableDef> {
  for (const relation of allRelations(context.catalog)) if (relation.kind === 'table') yield relation;
}

interface ShownIndex {
  readonly name: string;
  readonly columns: readonly number[];
  readonly unique: boolean;
}

/** The primary key first, then the declared indexes. */
const indexesOf = (table: TableDef, context: MetadataContext): ShownIndex[] => [
  ...(hidesKey(table, context) ? [] : [{ name: 'PRIMARY', columns: table.primaryKey, unique: true }]),
  ...table.indexes.map((index) => ({ ...index, unique: false })),
];

function* statisticsRows(context: MetadataContext): Iterable<NamedRow> {
  for (const table of baseTables(context)) {
    const rowCount = context.statistics(table)?.rowCount;
    for (const index of indexesOf(table, context)) {
      for (const [position, columnIndex] of index.columns.entries()) {
        const column = table.columns[columnIndex]!;
        if (!context.access.seesColumn(table.database, table.name, column.name)) continue;
        const wholeKey = index.unique && position === index.columns.length - 1;
        yield {
          TABLE_CATALOG: 'def',
          TABLE_SCHEMA: table.database,
          TABLE_NAME: table.name,
          NON_UNIQUE: index.unique ? 0 : 1,
          INDEX_SCHEMA: table.database,
          INDEX_NAME: index.name,
          SEQ_IN_INDEX: position + 1,
          COLUMN_NAME: column.name,
          COLLATION: 'A',
          CARDINALITY: wholeKey && rowCount !== undefined ? BigInt(rowCount) : null,
          NULLABLE: column.nullable ? 'YES' : '',
          INDEX_TYPE: 'BTREE',
          COMMENT: '',
          INDEX_COMMENT: '',
          IS_VISIBLE: 'YES',
        };
      }
    }
  }
}

function* keyColumnUsageRows(context: MetadataContext): Iterable<NamedRow> {
  for (const table of baseTables(context)) {
    if (hidesKey(table, context)) continue;
    for (const [position, columnIndex] of table.primaryKey.entries()) {
      yield {
        CONSTRAINT_CATALOG: 'def',
        CONSTRAINT_SCHEMA: table.database,
        CONSTRAINT_NAME: 'PRIMARY',
        TABLE_CATALOG: 'def',
        TABLE_SCHEMA: table.database,
        TABLE_NAME: table.name,
        COLUMN_NAME: table.columns[columnIndex]!.name,
        ORDINAL_POSITION: position + 1,
      };
    }
  }
}

function* tableConstraintsRows(context: MetadataContext): Iterable<NamedRow> {
  for (const table of baseTables(context)) {
    if (!hidesKey(table, context)) {
      yield {
        CONSTRAINT_CATALOG: 'def',
        CONSTRAINT_SCHEMA: table.database,
        CONSTRAINT_NAME: 'PRIMARY',
        TABLE_SCHEMA: table.database,
        TABLE_NAME: table.name,
        CONSTRAINT_TYPE: 'PRIMARY KEY',
        ENFORCED: 'YES',
      };
    }
    for (const { name, enforced } of table.checks ?? []) {
      yield {
        CONSTRAINT_CATALOG: 'def',
        CONSTRAINT_SCHEMA: table.database,
        CONSTRAINT_NAME: name,
        TABLE_SCHEMA: table.database,
        TABLE_NAME: table.name,
        CONSTRAINT_TYPE: 'CHECK',
        ENFORCED: enforced ? 'YES' : 'NO',
      };
    }
  }
}

function* checkConstraintsRows(context: MetadataContext): Iterable<NamedRow> {
  for (const table of baseTables(context)) {
    for (const { name, text } of table.checks ?? []) {
      yield {
        CONSTRAINT_CATALOG: 'def',
        CONSTRAINT_SCHEMA: table.database,
        CONSTRAINT_NAME: name,
        CHECK_CLAUSE: `(${text})`,
      };
    }
  }
}

const constraintName = `
  CONSTRAINT_CATALOG identifier
  CONSTRAINT_SCHEMA identifier
  CONSTRAINT_NAME varchar(64) null`;

/** `all` gives every metadata table, for the rows of COLUMNS. */
export function columnTables(all: () => readonly MetadataTable[]): MetadataTable[] {
  return [
    informationSchemaTable(
      'COLUMNS',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       COLUMN_NAME varchar(64) null
       ORDINAL_POSITION uint
       COLUMN_DEFAULT text null
       IS_NULLABLE word(3)
       DATA_TYPE longtext null
       CHARACTER_MAXIMUM_LENGTH bigint null
       CHARACTER_OCTET_LENGTH bigint null
       NUMERIC_PRECISION ubigint null
       NUMERIC_SCALE ubigint null
       DATETIME_PRECISION uint null
       CHARACTER_SET_NAME varchar(64) null
       COLLATION_NAME varchar(64) null
       COLUMN_TYPE mediumtext
       COLUMN_KEY word(3)
       EXTRA varchar(256) null
       PRIVILEGES varchar(154) null
       COLUMN_COMMENT text
       GENERATION_EXPRESSION longtext
       SRS_ID uint null`,
      (context) => columnsRows(context, all()),
    ),
    informationSchemaTable(
      'COLUMNS_EXTENSIONS',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       COLUMN_NAME varchar(64) null
       ENGINE_ATTRIBUTE json null
       SECONDARY_ENGINE_ATTRIBUTE json null`,
    ),
    informationSchemaTable(
      'STATISTICS',
      `TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       NON_UNIQUE int
       INDEX_SCHEMA identifier
       INDEX_NAME varchar(64) null
       SEQ_IN_INDEX uint
       COLUMN_NAME varchar(64) null
       COLLATION varchar(1) null
       CARDINALITY bigint null
       SUB_PART bigint null
       PACKED binary(0) null
       NULLABLE varchar(3)
       INDEX_TYPE varchar(11)
       COMMENT varchar(8)
       INDEX_COMMENT varchar(2048)
       IS_VISIBLE varchar(3)
       EXPRESSION longtext null`,
      statisticsRows,
    ),
    informationSchemaTable(
      'KEY_COLUMN_USAGE',
      `${constraintName}
       TABLE_CATALOG identifier
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       COLUMN_NAME varchar(64) null
       ORDINAL_POSITION uint
       POSITION_IN_UNIQUE_CONSTRAINT uint null
       REFERENCED_TABLE_SCHEMA identifier null
       REFERENCED_TABLE_NAME identifier null
       REFERENCED_COLUMN_NAME varchar(64) null`,
      keyColumnUsageRows,
    ),
    informationSchemaTable(
      'TABLE_CONSTRAINTS',
      `${constraintName}
       TABLE_SCHEMA identifier
       TABLE_NAME identifier
       CONSTRAINT_TYPE varchar(11)
       ENFORCED varchar(3)`,
      tableConstraintsRows,
    ),
    informationSchemaTable(
      'TABLE_CONSTRAINTS_EXTENSIONS',
      `${constraintName}
       TABLE_NAME identifier
       ENGINE_ATTRIBUTE json null
       SECONDARY_ENGINE_ATTRIBUTE json null`,
    ),
    informationSchemaTable(
      'REFERENTIAL_CONSTRAINTS',
      `${constraintName}
       UNIQUE_CONSTRAINT_CATALOG identifier
       UNIQUE_CONSTRAINT_SCHEMA identifier
       UNIQUE_CONSTRAINT_NAME varchar(64) null
       MATCH_OPTION varchar(7)
       UPDATE_RULE varchar(11)
       DELETE_RULE varchar(11)
       TABLE_NAME identifier
       REFERENCED_TABLE_NAME identifier`,
    ),
    informationSchemaTable(
      'CHECK_CONSTRAINTS',
      `${constraintName}, CHECK_CLAUSE longtext`,
      checkConstraintsRows,
    ),
  ];
}
