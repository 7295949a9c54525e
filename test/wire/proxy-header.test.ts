import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GatewayError } from '../../src/base/errors.ts';
import { readProxyHeader } from '../../src/wire/proxy-header.ts';

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

function binary(command: number, family: number, body: Buffer): Buffer {
  const head = Buffer.from([0x20 | command, family, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([signature, head, body]);
}

const ipv4 = binary(1, 0x11, Buffer.from([203, 0, 113, 7, 10, 0, 0, 1, 0x9c, 0x40, 0x0c, 0xea]));
const ipv6Body = Buffer.concat([
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  Buffer.alloc(16),
  Buffer.from([1, 2, 3, 4]),
]);

describe('wire: PROXY header', () => {
  const cases: readonly [string, Buffer, string | undefined][] = [
    ['line of IPv4', Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 40000 3306\r\n'), '203.0.113.7'],
    ['line of IPv6', Buffer.from('PROXY TCP6 2001:db8::1 ::1 40000 3306\r\n'), '2001:db8::1'],
    ['line of a proxy that does not know', Buffer.from('PROXY UNKNOWN\r\n'), undefined],
    ['binary of IPv4', ipv4, '203.0.113.7'],
    ['binary of IPv6', binary(1, 0x21, ipv6Body), '2001:db8::1'],
    [
      'binary with fields behind the addresses',
      binary(1, 0x21, Buffer.concat([ipv6Body, Buffer.alloc(9)])),
      '2001:db8::1',
    ],
    ['binary of a health check', binary(0, 0, Buffer.alloc(0)), undefined],
    ['binary of a unix socket', binary(1, 0x31, Buffer.alloc(216)), undefined],
  ];
  for (const [name, bytes, address] of cases) {
    it(`reads a ${name}, and waits for all of it`, () => {
      const found = { kind: 'header', length: bytes.length, address };
      assert.deepEqual(readProxyHeader(Buffer.concat([bytes, Buffer.from('rest')])), found);
      for (let length = 0; length < bytes.length; length++) {
        assert.equal(readProxyHeader(bytes.subarray(0, length)).kind, 'incomplete');
      }
    });
  }

  it('refuses what only begins like one', () => {
    const wrong = [
      Buffer.from('PROXY TCP4 203.0.113.7\r\n'),
      Buffer.from('PROXY TCP4 2001:db8::1 ::1 1 2\r\n'),
      Buffer.from('PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n'),
      Buffer.from(`PROXY TCP4 ${'1'.repeat(120)}`),
      Buffer.concat([signature, Buffer.from([0x11, 0x11, 0, 12]), Buffer.alloc(12)]),
      binary(2, 0x11, Buffer.alloc(12)),
      binary(1, 0x11, Buffer.alloc(11)),
      Buffer.concat([signature, Buffer.from([0x21, 0x11, 0xff, 0xff])]),
    ];
    for (const bytes of wrong) {
      assert.throws(
        () => readProxyHeader(bytes),
        (error) => error instanceof GatewayError && error.code === 'MALFORMED_PACKET',
      );
    }
  });

  it('takes no packet of a client for one, whatever it holds', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.uint8Array({ maxLength: 30 }), (length, rest) => {
        const packet = Buffer.concat([Buffer.from([length & 0xff, length >> 8, 0, 1]), rest]);
        assert.equal(readProxyHeader(packet).kind, 'none');
      }),
    );
  });
});
