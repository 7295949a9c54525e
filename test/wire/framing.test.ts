import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GatewayError } from '../../src/base/errors.ts';
import { PacketParser } from '../../src/wire/packet-parser.ts';
import { maxPayloadBytes, PacketWriter } from '../../src/wire/packet-writer.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function frame(payload: Uint8Array, sequence: number): Buffer {
  const writer = new PacketWriter();
  writer.sequence = sequence;
  writer.begin();
  writer.bytes(payload);
  writer.end();
  return writer.take();
}

function parseAll(bytes: Buffer, chunkSizes: readonly number[], limit = 64 * 1024 * 1024) {
  const parser = new PacketParser(limit);
  const packets = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = chunkSizes.length === 0 ? bytes.length : chunkSizes[index % chunkSizes.length]!;
    parser.push(bytes.subarray(at, at + size));
    at += size;
    for (let packet = parser.next(); packet !== undefined; packet = parser.next()) packets.push(packet);
  }
  return { packets, parser };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
  return 'no error';
};

describe('wire: PacketWriter', () => {
  it('patches the header in front of the payload', () => {
    assert.equal(hex(frame(Buffer.from('abc'), 7)), '03000007616263');
    assert.equal(hex(frame(Buffer.alloc(0), 255)), '000000ff');
  });

  it('numbers packets on and wraps at 256', () => {
    const writer = new PacketWriter();
    writer.sequence = 255;
    for (let index = 0; index < 2; index++) {
      writer.begin();
      writer.uint8(index);
      writer.end();
    }
    assert.equal(hex(writer.take()), '010000ff000100000001');
    assert.equal(writer.sequence, 1);
  });

  for (const [value, expected] of [
    [0, '00'],
    [250, 'fa'],
    [251, 'fcfb00'],
    [65_535, 'fcffff'],
    [65_536, 'fd000001'],
    [16_777_215, 'fdffffff'],
    [16_777_216, 'fe0000000100000000'],
    [2n ** 64n - 1n, 'feffffffffffffffff'],
  ] as const) {
    it(`writes ${value} as a length-encoded integer`, () => {
      const writer = new PacketWriter();
      writer.lengthEncodedInteger(value);
      assert.equal(hex(writer.take()), expected);
    });
  }

  it('does not overwrite bytes that were taken', () => {
    const writer = new PacketWriter();
    const taken: Buffer[] = [];
    const copies: string[] = [];
    for (let index = 0; index < 5_000; index++) {
      writer.begin();
      writer.text(`packet ${index} ${'y'.repeat(index % 97)}`);
      writer.end();
      if (index % 3 === 0) {
        const bytes = writer.take();
        taken.push(bytes);
        copies.push(hex(bytes));
      }
    }
    assert.deepEqual(taken.map(hex), copies);
  });

  it('keeps the packets before one that is abandoned', () => {
    const writer = new PacketWriter();
    writer.begin();
    writer.uint8(1);
    writer.end();
    writer.begin();
    writer.zeros(100_000);
    writer.abandon();
    writer.abandon();
    writer.begin();
    writer.uint8(2);
    writer.end();
    assert.equal(hex(writer.take()), '01000000010100000102');
  });

  it('writes strings alike on the fast and the general path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const fast = new PacketWriter();
        fast.lengthEncodedText(text);
        const general = new PacketWriter();
        general.lengthEncodedBytes(Buffer.from(text));
        assert.equal(hex(fast.take()), hex(general.take()));
      }),
    );
  });

  it('writes integers as their decimal text', () => {
    const integers = fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.constantFrom(0, -1, 9, 10, 2 ** 31, -(2 ** 31)),
    );
    fc.assert(
      fc.property(integers, (value) => {
        const writer = new PacketWriter();
        writer.lengthEncodedNumber(value);
        const bytes = writer.take();
        assert.equal(bytes[0], bytes.length - 1);
        assert.equal(bytes.subarray(1).toString(), String(value));
      }),
    );
  });
});

describe('wire: PacketParser', () => {
  it('finds the same packets wherever the stream is cut', () => {
    const stream = Buffer.concat([
      frame(Buffer.from('hello'), 0),
      frame(Buffer.alloc(0), 1),
      frame(Buffer.from([9]), 2),
    ]);
    for (let cut = 0; cut <= stream.length; cut++) {
      const parser = new PacketParser(100);
      const seen: string[] = [];
      for (const chunk of [stream.subarray(0, cut), stream.subarray(cut)]) {
        parser.push(chunk);
        for (let packet = parser.next(); packet; packet = parser.next()) {
          seen.push(`${packet.sequence} ${hex(packet.payload)}`);
        }
      }
      assert.deepEqual(seen, ['0 68656c6c6f', '1 ', '2 09'], `cut at ${cut}`);
      assert.equal(parser.bufferedBytes, 0);
    }
  });

  it('reads back what was written, in chunks of any size', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(payloads, sizes, (list, chunkSizes) => {
        const stream = Buffer.concat(list.map((payload, index) => frame(payload, index)));
        const { packets } = parseAll(stream, chunkSizes);
        assert.deepEqual(
          packets.map((packet) => hex(packet.payload)),
          list.map(hex),
        );
      }),
    );
  });

  for (const extra of [-1, 0, 1, maxPayloadBytes, maxPayloadBytes + 1]) {
    it(`splits and joins a payload of 0xFFFFFF ${extra < 0 ? extra : `+ ${extra}`} bytes`, () => {
      const payload = Buffer.alloc(maxPayloadBytes + extra, 'abcdefg');
      const bytes = frame(payload, 254);
      const pieces = Math.floor(payload.length / maxPayloadBytes) + 1;
      assert.equal(bytes.length, payload.length + 4 * pieces);
      const { packets } = parseAll(bytes, [1_000_003]);
      assert.equal(packets.length, 1);
      assert.equal(packets[0]!.sequence, 254);
      assert.equal(packets[0]!.lastSequence, (254 + pieces - 1) & 0xff);
      assert.ok(packets[0]!.payload.equals(payload));
    });
  }

  it('refuses a message that is too large as soon as its header is there', () => {
    const parser = new PacketParser(1_000);
    parser.push(Buffer.from([0xe9, 0x03, 0, 4]));
    assert.equal(
      codeOf(() => parser.next()),
      'PACKET_TOO_LARGE',
    );
    assert.equal(parser.lastSequence, 4);
    const atLimit = new PacketParser(1_000);
    atLimit.push(Buffer.from([0xe8, 0x03, 0, 4]));
    assert.equal(atLimit.next(), undefined);
  });

  it('counts all pieces of a message against the limit', () => {
    const bytes = frame(Buffer.alloc(maxPayloadBytes + 10), 0);
    assert.equal(
      codeOf(() => parseAll(bytes, [], maxPayloadBytes + 9)),
      'PACKET_TOO_LARGE',
    );
    assert.equal(parseAll(bytes, [], maxPayloadBytes + 10).packets.length, 1);
  });

  it('refuses pieces whose ids are not consecutive', () => {
    const bytes = frame(Buffer.alloc(maxPayloadBytes + 10), 0);
    bytes[maxPayloadBytes + 4 + 3] = 5;
    assert.equal(
      codeOf(() => parseAll(bytes, [])),
      'PACKETS_OUT_OF_ORDER',
    );
  });

  it('hands the rest to the TLS layer', () => {
    const parser = new PacketParser(1_000);
    parser.push(Buffer.concat([frame(Buffer.from('a'), 1), Buffer.from('CLIENT')]));
    parser.push(Buffer.from('HELLO'));
    assert.equal(parser.next()?.payload.toString(), 'a');
    assert.equal(parser.takeRest().toString(), 'CLIENTHELLO');
    assert.equal(parser.bufferedBytes, 0);
  });
});
