import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { RoaringBitmap32, roaringLibraryInitialize, SerializationFormat } from 'roaring-wasm';
import {
  parseDeletionVector,
  readDeletionVector,
  relativeVectorPath,
  serializeDeletionVector,
  writeDeletionVectors,
} from '../../../src/offline/delta/deletion-vector.ts';
import { PositionSet } from '../../../src/offline/delta/roaring.ts';
import { decodeZ85, encodeZ85 } from '../../../src/offline/delta/z85.ts';
import { temporaryDirectory } from './harness.ts';

/** The 64-bit form of one bucket around what another library writes. */
function oracle(positions: readonly number[], optimize: boolean): Uint8Array {
  const bitmap = new RoaringBitmap32(positions);
  if (optimize) bitmap.runOptimize();
  const head = Buffer.alloc(16);
  head.writeUInt32LE(1681511377, 0);
  head.writeUInt32LE(positions.length === 0 ? 0 : 1, 4);
  const bytes = positions.length === 0 ? new Uint8Array() : bitmap.serialize(SerializationFormat.portable);
  bitmap.dispose();
  return Buffer.concat([positions.length === 0 ? head.subarray(0, 12) : head, bytes]);
}

const position = fc.oneof(
  fc.integer({ min: 0, max: 200_000 }),
  fc.integer({ min: 0, max: 70_000 }),
  fc.integer({ min: 0, max: 2 ** 31 }),
);
const positions = fc.oneof(
  fc.uniqueArray(position, { maxLength: 200 }),
  // Dense ranges make bitset and run containers.
  fc
    .tuple(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 1, max: 30_000 }),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([start, count, stride]) => Array.from({ length: count }, (_, index) => start + index * stride)),
);

describe('deletion vectors', () => {
  before(() => roaringLibraryInitialize());

  it('writes what the Roaring library writes', () => {
    fc.assert(
      fc.property(positions, (set) => {
        const sorted = [...set].sort((a, b) => a - b);
        const bytes = serializeDeletionVector(PositionSet.of(set));
        assert.deepEqual(Buffer.from(bytes), Buffer.from(oracle(sorted, false)));
        assert.deepEqual([...parseDeletionVector(bytes)], sorted);
      }),
      { numRuns: 60 },
    );
  });

  it('reads run containers', () => {
    fc.assert(
      fc.property(positions, (set) => {
        const sorted = [...set].sort((a, b) => a - b);
        assert.deepEqual([...parseDeletionVector(oracle(sorted, true))], sorted);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps positions above 2^32', () => {
    const set = [5, 2 ** 32 + 1, 2 ** 40 + 70_000];
    assert.deepEqual([...parseDeletionVector(serializeDeletionVector(PositionSet.of(set)))], set);
  });

  it('marks a mask as DuckDB reads BIT', () => {
    const mask = new Uint8Array(3);
    PositionSet.of([0, 7, 8, 23, 100]).mark(mask);
    assert.deepEqual([...mask], [0x81, 0x80, 0x01]);
  });

  it('decodes the inline vector of another implementation', async () => {
    const set = await readDeletionVector('/', {
      storageType: 'i',
      pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000935c8Xg000311onP9',
      sizeInBytes: 40,
      cardinality: 4,
    });
    assert.deepEqual([...set], [0, 1, 4, 5]);
  });

  it('finds the file of a relative vector', () => {
    const file = relativeVectorPath('ab^-aqEH.-t@S}K{vb[*k^');
    assert.equal(file, 'ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin');
  });

  it('writes several vectors into one file and checks what it reads', async () => {
    const root = temporaryDirectory();
    try {
      const vectors = [PositionSet.of([1, 2, 3]), PositionSet.of([0]), PositionSet.of([70_000])];
      const { file, descriptors } = await writeDeletionVectors(root, vectors);
      assert.equal(descriptors[0]!.offset, 1);
      for (const [index, descriptor] of descriptors.entries()) {
        assert.deepEqual([...(await readDeletionVector(root, descriptor))], [...vectors[index]!]);
      }
      const bytes = readFileSync(path.join(root, file));
      bytes[bytes.length - 9]! ^= 1;
      writeFileSync(path.join(root, file), bytes);
      await assert.rejects(readDeletionVector(root, descriptors[2]!), /checksum/);
      await assert.rejects(readDeletionVector(root, { ...descriptors[0]!, cardinality: 2 }), /cardinality/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('refuses malformed bytes instead of reading on', () => {
    const bytes = serializeDeletionVector(PositionSet.of([1, 2, 70_000]));
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => parseDeletionVector(bytes.subarray(0, length)), /Corrupt deletion vector/);
    }
  });

  it('encodes Z85 both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
        padded.set(bytes);
        assert.deepEqual(decodeZ85(encodeZ85(bytes)), padded);
      }),
    );
    assert.equal(encodeZ85(Buffer.from('864fd26fb559f75b', 'hex')), 'HelloWorld');
    assert.throws(() => decodeZ85('#####'), /Z85/);
  });
});
