import type { PacketWriter } from './packet-writer.ts';

export interface ErrFields {
  readonly errno: number;
  /** Five characters. */
  readonly sqlState: string;
  readonly message: string;
}

/** MYSQL_ERRMSG_SIZE: clients keep messages in a buffer of this size. */
const messageBytes = 512 - 1;

/** `text` cut to `bytes` bytes of UTF-8 without cutting a character. */
function cut(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const encoded = Buffer.from(text);
  let end = bytes;
  while (end > 0 && (encoded[end]! & 0xc0) === 0x80) end--;
  return encoded.toString('utf8', 0, end);
}

/**
 * ERR:
 *
 *     0xFF  errno:u16  '#'  sqlState:5  message:rest
 */
export function writeErr(writer: PacketWriter, error: ErrFields): void {
  writer.begin();
  writer.uint8(0xff);
  writer.uint16(error.errno);
  writer.text(`#${error.sqlState}`);
  writer.text(cut(error.message, messageBytes));
  writer.end();
}
