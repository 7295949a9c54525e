import { GatewayError } from '../../base/errors.ts';

/** Z85 (ZeroMQ RFC 32): five characters for each big-endian 32-bit word. */
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

const digits = new Uint8Array(128).fill(255);
for (let index = 0; index < alphabet.length; index++) digits[alphabet.charCodeAt(index)] = index;

/** Encodes bytes, padded with zeros to a multiple of four. */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 4) * 4));
  new Uint8Array(view.buffer).set(bytes);
  let text = '';
  for (let at = 0; at < view.byteLength; at += 4) {
    let word = view.getUint32(at);
    let group = '';
    for (let digit = 0; digit < 5; digit++) {
      group = alphabet[word % 85]! + group;
      word = Math.floor(word / 85);
    }
    text += group;
  }
  return text;
}

/** Decodes; throws STORAGE_ERROR for a foreign character, a broken group or one above 2^32 - 1. */
export function decodeZ85(text: string): Uint8Array {
  const bad = (): GatewayError => new GatewayError('STORAGE_ERROR', 'Corrupt Delta log: not Z85');
  if (text.length % 5 !== 0) throw bad();
  const view = new DataView(new ArrayBuffer((text.length / 5) * 4));
  for (let at = 0; at < text.length; at += 5) {
    let word = 0;
    for (let index = at; index < at + 5; index++) {
      const digit = digits[text.charCodeAt(index)] ?? 255;
      if (digit === 255) throw bad();
      word = word * 85 + digit;
    }
    if (word > 0xffffffff) throw bad();
    view.setUint32((at / 5) * 4, word);
  }
  return new Uint8Array(view.buffer);
}
