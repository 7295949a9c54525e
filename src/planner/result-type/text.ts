/** Lengths in characters of values as text, and the string type that holds so many. */
import { defaultCollation, type SqlType, varchar } from '../../types/sql-type.ts';

/** Longest VARCHAR that a result is described by; beyond it MySQL describes TEXT. */
const longestVarchar = 16_383;

/** The most characters that a value of the type has as text; what a client is told as display length. */
export function characterLength(type: SqlType): number {
  switch (type.kind) {
    case 'tinyint':
      return type.displayWidth === 1 ? 1 : type.unsigned ? 3 : 4;
    case 'smallint':
      return type.unsigned ? 5 : 6;
    case 'mediumint':
      return type.unsigned ? 8 : 9;
    case 'int':
      return type.unsigned ? 10 : 11;
    case 'bigint':
      return 20;
    case 'float':
      return 12;
    case 'double':
      return 22;
    case 'decimal':
      return type.precision + (type.scale > 0 ? 2 : 1) + (type.scale === type.precision ? 1 : 0);
    case 'char':
    case 'varchar':
    case 'binary':
    case 'varbinary':
      return type.length;
    case 'tinytext':
    case 'tinyblob':
      return 255;
    case 'text':
    case 'blob':
      return 65_535;
    case 'mediumtext':
    case 'mediumblob':
      return 16_777_215;
    case 'longtext':
    case 'longblob':
    case 'json':
      return 4_294_967_295;
    case 'date':
      return 10;
    case 'year':
      return 4;
    case 'datetime':
    case 'timestamp':
      return 19 + (type.fsp > 0 ? type.fsp + 1 : 0);
    case 'time':
      return 10 + (type.fsp > 0 ? type.fsp + 1 : 0);
    case 'enum':
      return Math.max(0, ...type.members.map((member) => member.length));
    case 'set':
      return type.members.reduce((sum, member) => sum + member.length + 1, -1);
    case 'bit':
      return type.length;
    case 'null':
      return 0;
  }
}

/** VARCHAR of so many characters, or the TEXT type that holds them. */
export function textOfLength(length: number, collation = defaultCollation): SqlType {
  if (length <= longestVarchar) return varchar(length, collation);
  if (length <= 4_194_303) return { kind: 'mediumtext', collation };
  return { kind: 'longtext', collation };
}

/** Precision and scale that hold every value of a numeric type as a decimal. */
export function decimalShape(type: SqlType): { readonly precision: number; readonly scale: number } {
  switch (type.kind) {
    case 'decimal':
      return { precision: type.precision, scale: type.scale };
    case 'tinyint':
      return { precision: type.displayWidth === 1 ? 1 : 3, scale: 0 };
    case 'smallint':
      return { precision: 5, scale: 0 };
    case 'mediumint':
      return { precision: 8, scale: 0 };
    case 'int':
      return { precision: 10, scale: 0 };
    case 'bigint':
      return { precision: type.unsigned ? 20 : 19, scale: 0 };
    case 'bit':
      return { precision: 20, scale: 0 };
    case 'year':
      return { precision: 4, scale: 0 };
    case 'date':
      return { precision: 8, scale: 0 };
    case 'datetime':
    case 'timestamp':
      return { precision: 14 + type.fsp, scale: type.fsp };
    case 'time':
      return { precision: 7 + type.fsp, scale: type.fsp };
    default:
      return { precision: 10, scale: 0 };
  }
}
