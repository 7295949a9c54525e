import { PacketReader } from './packet-reader.ts';

/** More than any client sends; the rest is dropped. */
const attributesMax = 64;

/**
 * Connection attributes: `total:lenenc (key:lenenc-string value:lenenc-string)*`. Some clients set the flag
 * and send nothing, or announce a wrong total, so what cannot be read ends the list instead of the login.
 */
export function readConnectionAttributes(reader: PacketReader): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  if (reader.remaining === 0) return attributes;
  try {
    const total = reader.lengthEncodedInteger();
    const entries = new PacketReader(reader.bytes(Math.min(total, reader.remaining)));
    while (entries.remaining > 0 && attributes.size < attributesMax) {
      const key = entries.lengthEncodedBytes().toString();
      attributes.set(key, entries.lengthEncodedBytes().toString());
    }
  } catch {
    return attributes;
  }
  return attributes;
}
