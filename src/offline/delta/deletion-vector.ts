import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { GatewayError } from '../../base/errors.ts';
import type { DeletionVectorDescriptor } from './actions.ts';
import { localPath } from './paths.ts';
import { PositionSet } from './roaring.ts';
import { decodeZ85, encodeZ85 } from './z85.ts';

/** Little-endian in front of the portable 64-bit Roaring bitmap (PROTOCOL.md, "Deletion Vector Format"). */
const magic = 1681511377;
const fileFormatVersion = 1;

function corrupt(what: string): GatewayError {
  return new GatewayError('STORAGE_ERROR', `Corrupt deletion vector: ${what}`);
}

/** The serialised bitmap: magic, then the Roaring bitmap. */
export function serializeDeletionVector(positions: PositionSet): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(magic);
  return Buffer.concat([head, positions.serialize()]);
}

/** Reads what serializeDeletionVector writes and checks the magic. */
export function parseDeletionVector(bytes: Uint8Array): PositionSet {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 4 || buffer.readUInt32LE(0) !== magic) throw corrupt('magic number');
  return PositionSet.parse(buffer.subarray(4));
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The file of a vector with storage type `u`: `<prefix>/deletion_vector_<uuid>.bin` in the table's folder. */
export function relativeVectorPath(pathOrInlineDv: string): string {
  const prefix = pathOrInlineDv.slice(0, -20);
  const name = `deletion_vector_${uuidOf(decodeZ85(pathOrInlineDv.slice(-20)))}.bin`;
  return prefix === '' ? name : `${prefix}/${name}`;
}

async function readFrame(file: string, offset: number, size: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const frame = Buffer.alloc(size + 8);
    const { bytesRead } = await handle.read(frame, 0, frame.length, offset);
    if (bytesRead !== frame.length) throw corrupt('the file ends too early');
    if (frame.readUInt32BE(0) !== size) throw corrupt('size');
    const data = frame.subarray(4, 4 + size);
    if (crc32(data) !== frame.readUInt32BE(4 + size)) throw corrupt('checksum');
    return data;
  } finally {
    await handle.close();
  }
}

/**
 * Reads the deletion vector that a descriptor names in the table at `root`. Throws STORAGE_ERROR when size,
 * checksum, format or cardinality do not agree.
 */
export async function readDeletionVector(
  root: string,
  descriptor: DeletionVectorDescriptor,
): Promise<PositionSet> {
  const { storageType, pathOrInlineDv, sizeInBytes } = descriptor;
  // An absent offset means the first vector of the file, right after the version byte.
  const offset = descriptor.offset ?? 1;
  let data: Uint8Array;
  if (storageType === 'i') {
    data = decodeZ85(pathOrInlineDv).subarray(0, sizeInBytes);
  } else if (storageType === 'p') {
    data = await readFrame(localPath(root, pathOrInlineDv), offset, sizeInBytes);
  } else {
    data = await readFrame(path.join(root, relativeVectorPath(pathOrInlineDv)), offset, sizeInBytes);
  }
  const positions = parseDeletionVector(data);
  if (positions.size !== descriptor.cardinality) throw corrupt('cardinality');
  return positions;
}

/**
 * Writes vectors into one new durable file in the folder `root`; the descriptors come back in the same
 * order, with the file's name.
 */
export async function writeDeletionVectors(
  root: string,
  vectors: readonly PositionSet[],
): Promise<{ readonly file: string; readonly descriptors: DeletionVectorDescriptor[] }> {
  const uuid = randomUUID();
  const pathOrInlineDv = encodeZ85(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
  const parts: Uint8Array[] = [Uint8Array.of(fileFormatVersion)];
  const descriptors: DeletionVectorDescriptor[] = [];
  let offset = 1;
  for (const vector of vectors) {
    const data = serializeDeletionVector(vector);
    const frame = Buffer.alloc(data.length + 8);
    frame.writeUInt32BE(data.length, 0);
    frame.set(data, 4);
    frame.writeUInt32BE(crc32(data), 4 + data.length);
    parts.push(frame);
    descriptors.push({
      storageType: 'u',
      pathOrInlineDv,
      offset,
      sizeInBytes: data.length,
      cardinality: vector.size,
    });
    offset += frame.length;
  }
  const file = `deletion_vector_${uuid}.bin`;
  const handle = await open(path.join(root, file), 'wx');
  try {
    await handle.writeFile(Buffer.concat(parts));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { file, descriptors };
}
