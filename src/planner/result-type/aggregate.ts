/** Result types of aggregates and window functions (MySQL 8.0 manual, "Aggregate Function Descriptions"). */
import { bigint, decimal, double, json, type SqlType, typeClass } from '../../types/sql-type.ts';
import { divisionScale, maxDecimalPrecision, maxDecimalScale, numericClass } from './arithmetic.ts';
import { decimalShape, textOfLength } from './text.ts';

/** group_concat_max_len's default, in bytes; the described length is in characters of 4 bytes. */
const groupConcatBytes = 1_024;

/** Doubles with a fixed number of digits keep it, and get more of them by a division. */
function realType(argument: SqlType, more: number): SqlType {
  if (argument.kind !== 'double' || argument.scale === undefined) return double;
  return { kind: 'double', scale: argument.scale + more };
}

function sumType(argument: SqlType): SqlType {
  if (numericClass(argument) === 'real') return realType(argument, 0);
  const { precision, scale } = decimalShape(argument);
  return decimal(Math.min(precision + 22, maxDecimalPrecision), scale);
}

function averageType(argument: SqlType): SqlType {
  if (numericClass(argument) === 'real') return realType(argument, divisionScale);
  const { precision, scale } = decimalShape(argument);
  return decimal(
    Math.min(precision + divisionScale, maxDecimalPrecision),
    Math.min(scale + divisionScale, maxDecimalScale),
  );
}

/** The type that SUM and AVG convert their argument to. */
export function summedType(argument: SqlType): SqlType {
  if (numericClass(argument) === 'real') return double;
  if (argument.kind === 'decimal') return argument;
  const { precision, scale } = decimalShape(argument);
  return decimal(precision, scale);
}

/** The type of an aggregate over an argument; `argument` is undefined for COUNT(*). */
export function aggregateType(name: string, argument: SqlType | undefined): SqlType {
  const type = argument ?? bigint();
  switch (name) {
    case 'COUNT':
      return bigint();
    case 'SUM':
      return sumType(type);
    case 'AVG':
      return averageType(type);
    case 'MIN':
    case 'MAX':
    case 'ANY_VALUE':
      return type.kind === 'enum' || type.kind === 'set' ? textOfLength(255, type.collation) : type;
    case 'BIT_AND':
    case 'BIT_OR':
    case 'BIT_XOR':
      return bigint(true);
    case 'GROUP_CONCAT':
      return typeClass(type) === 'binary' ? { kind: 'blob' } : textOfLength(groupConcatBytes / 4);
    case 'JSON_ARRAYAGG':
    case 'JSON_OBJECTAGG':
      return json;
    default:
      return double;
  }
}
