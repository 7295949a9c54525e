import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { GatewayError } from '../../src/base/errors.ts';
import { compressionAlgorithms, FrameReader, framesOf, zstdLevelOf } from '../../src/wire/compression.ts';

function frame(sequence: number, body: Buffer, plainLength: number): Buffer {
  const header = Buffer.alloc(7);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = sequence;
  header.writeUIntLE(plainLength, 4, 3);
  return Buffer.concat([header, body]);
}

function readAll(reader: FrameReader): Buffer {
  const payloads: Buffer[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) payloads.push(next.payload);
  return Buffer.concat(payloads);
}

const failsWith = (code: string) => (error: unknown) => error instanceof GatewayError && error.code === code;

describe('wire: compression', () => {
  for (const algorithm of compressionAlgorithms) {
    it(`${algorithm}: frames read back as what was written, cut anywhere`, () => {
      const content = fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.nat(100_000).map((length) => Buffer.alloc(length, 'row after row ')),
      );
      fc.assert(
        fc.property(
          fc.array(content, { maxLength: 5 }),
          fc.integer({ min: 1, max: 60 }),
          (contents, step) => {
            const reader = new FrameReader(algorithm);
            let sequence = 0;
            const stream: Buffer[] = [];
            for (const each of contents) {
              const frames = framesOf(Buffer.from(each), sequence, { algorithm, level: 2 });
              sequence += frames.length / 2;
              stream.push(...frames);
            }
            const bytes = Buffer.concat(stream);
            const read: Buffer[] = [];
            const stepBytes = bytes.length > 5_000 ? step * 997 : step;
            for (let at = 0; at < bytes.length; at += stepBytes) {
              reader.push(bytes.subarray(at, at + stepBytes));
              read.push(readAll(reader));
            }
            assert.deepEqual(Buffer.concat(read), Buffer.concat(contents));
            assert.equal(reader.bufferedBytes, 0);
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it('leaves fewer than 50 bytes as they are, and what compression would not shorten', () => {
    const options = { algorithm: 'zlib', level: 2 } as const;
    const plainLength = (bytes: Buffer): number => framesOf(bytes, 0, options)[0]!.readUIntLE(4, 3);
    assert.equal(plainLength(Buffer.alloc(49)), 0);
    assert.equal(plainLength(Buffer.alloc(50)), 50);
    assert.equal(plainLength(Buffer.from(Array.from({ length: 60 }, (_, index) => index * 7))), 0);
  });

  it('cuts more than 16 MiB into several frames, numbered on', () => {
    const bytes = Buffer.alloc(0x100_0005, 'abc');
    const frames = framesOf(bytes, 255, { algorithm: 'zlib', level: 2 });
    assert.deepEqual([frames[0]![3], frames[2]![3]], [255, 0]);
    const reader = new FrameReader('zlib');
    reader.expect(255);
    for (const piece of frames) reader.push(piece);
    assert.ok(readAll(reader).equals(bytes));
  });

  it('makes no more bytes than a frame announces, and no fewer', () => {
    const bomb = deflateSync(Buffer.alloc(10_000_000));
    for (const announced of [100, 9_999_999, 10_000_001]) {
      const reader = new FrameReader('zlib');
      reader.push(frame(0, bomb, announced));
      assert.throws(() => reader.next(), failsWith('MALFORMED_PACKET'));
    }
  });

  it('refuses noise and ids that do not follow', () => {
    const noise = new FrameReader('zlib');
    noise.push(frame(0, Buffer.from('no zlib stream'), 60));
    assert.throws(() => noise.next(), failsWith('MALFORMED_PACKET'));
    const jump = new FrameReader('zlib');
    jump.push(frame(3, Buffer.from('x'), 0));
    assert.throws(() => jump.next(), failsWith('PACKETS_OUT_OF_ORDER'));
  });

  it('takes the default for a level that is none', () => {
    assert.deepEqual([0, 1, 22, 23].map(zstdLevelOf), [3, 1, 22, 3]);
  });
});
