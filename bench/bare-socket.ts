/**
 * The floor of what Node can do on this machine: a TCP server that speaks just enough of the protocol for
 * sysbench to believe it, and answers every query and execute with the same bytes. Prints its port.
 */
import { createServer } from 'node:net';

const packet = (sequence: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
};

const lenenc = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

function columnDefinition(name: string): Buffer {
  const tail = Buffer.from([0x0c, 45, 0, 0xe0, 1, 0, 0, 254, 0, 0, 0, 0, 0]);
  return Buffer.concat([...['def', 'sbtest', 'sbtest1', 'sbtest1', name, name].map(lenenc), tail]);
}

const eof = Buffer.from([0xfe, 0, 0, 2, 0]);
const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const value = 'x'.repeat(119);

const greeting = Buffer.concat([
  Buffer.from([10]),
  Buffer.from('8.0.40-bare\0'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('abcdefgh\0'),
  Buffer.from([0x01, 0xa2, 45, 2, 0, 0x08, 0x00, 21]),
  Buffer.alloc(10),
  Buffer.from('ijklmnopqrst\0'),
  Buffer.from('mysql_native_password\0'),
]);

const resultSet = (row: Buffer): Buffer =>
  Buffer.concat([
    packet(1, Buffer.from([1])),
    packet(2, columnDefinition('c')),
    packet(3, eof),
    packet(4, row),
    packet(5, eof),
  ]);

const textResult = resultSet(lenenc(value));
const binaryResult = resultSet(Buffer.concat([Buffer.from([0, 0]), lenenc(value)]));
const prepared = Buffer.concat([
  packet(1, Buffer.from([0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0])),
  packet(2, columnDefinition('?')),
  packet(3, eof),
  packet(4, columnDefinition('c')),
  packet(5, eof),
]);

function answer(command: number): Buffer | undefined {
  switch (command) {
    case 0x03:
      return textResult;
    case 0x16:
      return prepared;
    case 0x17:
      return binaryResult;
    case 0x19:
      return undefined;
    default:
      return packet(1, ok);
  }
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write(packet(0, greeting));
  let authenticated = false;
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      const length = pending.readUIntLE(0, 3);
      if (pending.length < 4 + length) return;
      const command = pending[4] ?? 0;
      pending = pending.subarray(4 + length);
      if (!authenticated) {
        authenticated = true;
        socket.write(packet(2, ok));
        continue;
      }
      if (command === 0x01) return socket.end();
      const reply = answer(command);
      if (reply) socket.write(reply);
    }
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.stdout.write(`ready ${address.port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
