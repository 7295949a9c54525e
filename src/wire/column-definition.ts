import type { ResultColumn } from '../types/batch.ts';
import { mysqlColumn, mysqlColumnFlag } from '../types/mysql-column.ts';
import { binaryCollationId, type CharsetInfo, encodeText } from './charset.ts';
import type { PacketWriter } from './packet-writer.ts';

const maxLength = 0xffff_ffff;

function writeName(writer: PacketWriter, name: string, charset: CharsetInfo): void {
  if (charset.name === 'utf8mb4' || charset.name === 'binary') writer.lengthEncodedText(name);
  else writer.lengthEncodedBytes(encodeText(name, charset.name));
}

/**
 * ColumnDefinition41:
 *
 *     catalog:lenenc-string = "def"  schema  table (alias)  originalTable  name (label)  originalName
 *     0x0C  collation:u16  length:u32  type:u8  flags:u16  decimals:u8  0x0000
 *     default:lenenc-string, only in answer to COM_FIELD_LIST
 */
export function writeColumnDefinition(
  writer: PacketWriter,
  column: ResultColumn,
  charset: CharsetInfo,
  options: { readonly withDefault: boolean } = { withDefault: false },
): void {
  const type = mysqlColumn(column.type);
  let flags = type.flags | (column.flags ?? 0);
  if (!column.nullable) flags |= mysqlColumnFlag.notNull;
  // What is computed has the collation of its type; a stored number has none to speak of.
  if (!type.text && (column.table ?? '') === '') flags |= mysqlColumnFlag.binary;
  writer.begin();
  writer.lengthEncodedText('def');
  writeName(writer, column.database ?? '', charset);
  writeName(writer, column.table ?? '', charset);
  writeName(writer, column.originalTable ?? '', charset);
  writeName(writer, column.name, charset);
  writeName(writer, column.originalName ?? '', charset);
  writer.uint8(0x0c);
  writer.uint16(type.text ? charset.collationId : binaryCollationId);
  writer.uint32(type.text ? Math.min(type.length * charset.bytesPerCharacter, maxLength) : type.length);
  writer.uint8(type.typeCode);
  writer.uint16(flags);
  writer.uint8(type.decimals);
  writer.uint16(0);
  // NULL: the defaults are in information_schema.
  if (options.withDefault) writer.uint8(0xfb);
  writer.end();
}

/** The packet before the definitions: their number. */
export function writeColumnCount(writer: PacketWriter, count: number): void {
  writer.begin();
  writer.lengthEncodedInteger(count);
  writer.end();
}
