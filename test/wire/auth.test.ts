import assert from 'node:assert/strict';
import { constants, createHash, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import {
  certificateProof,
  decryptPassword,
  nativePasswordHash,
  nativeResponse,
  newScramble,
  passwordOfPacket,
  sha2PasswordHash,
  sha2Response,
  verifyNative,
  verifyPassword,
  verifySha2,
  verifySha2Swapped,
} from '../../src/wire/auth.ts';

const scramble = Buffer.from('abcdefghijklmnopqrst');

/** The client's side as mysql2 computes it: an implementation that is not ours. */
const require = createRequire(import.meta.url);
const mysql2Auth: { calculateToken(password: string, part1: Buffer, part2: Buffer): Buffer } = require(
  join(dirname(require.resolve('mysql2/package.json')), 'lib/auth_41.js'),
);

describe('wire: authentication', () => {
  it('makes scrambles that every client can read', () => {
    for (let index = 0; index < 500; index++) {
      const bytes = newScramble();
      assert.equal(bytes.length, 20);
      assert.ok(bytes.every((byte) => byte > 0 && byte < 0x80 && byte !== 0x24));
    }
  });

  it('knows the hashes of MySQL', () => {
    // SELECT PASSWORD('secret') of MariaDB; SHA2(UNHEX(SHA2('secret', 256)), 256).
    assert.equal(nativePasswordHash('secret').toUpperCase(), '14E65567ABDB5135D0CFD9A70B3032C179A49EE7');
    assert.equal(
      sha2PasswordHash('secret'),
      '3881219d087dd9c634373fd33dfa33a2cb6bfc6c520b64b8bb60ef2ceb534ae7',
    );
    assert.equal(nativePasswordHash('') + sha2PasswordHash(''), '');
  });

  it('verifies what mysql2 answers', () => {
    const token = mysql2Auth.calculateToken('secret', scramble.subarray(0, 8), scramble.subarray(8));
    assert.equal(token.toString('hex'), nativeResponse('secret', scramble).toString('hex'));
    assert.ok(verifyNative(token, scramble, nativePasswordHash('secret')));
  });

  it('accepts the right password and no other, with both plugins', () => {
    const password = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(password, password, (right, other) => {
        const native = nativePasswordHash(right);
        const sha2 = sha2PasswordHash(right);
        assert.ok(verifyNative(nativeResponse(right, scramble), scramble, native));
        assert.ok(verifySha2(sha2Response(right, scramble), scramble, sha2));
        assert.equal(verifyNative(nativeResponse(other, scramble), scramble, native), right === other);
        assert.equal(verifySha2(sha2Response(other, scramble), scramble, sha2), right === other);
        const stored = { nativeHash: native, sha2Hash: sha2 };
        assert.equal(verifyPassword(Buffer.from(other), stored), right === other);
        assert.equal(verifyPassword(Buffer.from(other), { ...stored, sha2Hash: '' }), right === other);
      }),
      { numRuns: 30 },
    );
  });

  it('knows the order of hashes that sqlx uses', () => {
    const scramble = Buffer.from('abcdefghijklmnopqrst');
    const digest = (...parts: Buffer[]): Buffer => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part);
      return hash.digest();
    };
    const once = digest(Buffer.from('secret'));
    const mask = digest(scramble, digest(once));
    const response = Buffer.from(once.map((byte, index) => byte ^ mask[index]!));
    assert.ok(verifySha2Swapped(response, scramble, sha2PasswordHash('secret')));
    assert.ok(!verifySha2(response, scramble, sha2PasswordHash('secret')));
    assert.ok(!verifySha2Swapped(response, scramble, sha2PasswordHash('other')));
  });

  it('binds an answer to its scramble', () => {
    const otherScramble = Buffer.from('ABCDEFGHIJKLMNOPQRST');
    assert.ok(!verifyNative(nativeResponse('x', scramble), otherScramble, nativePasswordHash('x')));
    assert.ok(!verifySha2(sha2Response('x', scramble), otherScramble, sha2PasswordHash('x')));
  });

  it('refuses answers and hashes of a wrong length', () => {
    const hash = nativePasswordHash('x');
    const sha2 = sha2PasswordHash('x');
    for (const length of [0, 1, 19, 20, 21, 31, 32, 33, 64]) {
      assert.ok(!verifyNative(Buffer.alloc(length), scramble, hash));
      assert.ok(!verifySha2(Buffer.alloc(length), scramble, sha2));
      assert.ok(!verifyNative(Buffer.alloc(length), scramble, ''));
      assert.ok(!verifySha2(Buffer.alloc(length), scramble, ''));
    }
    assert.ok(!verifyPassword(Buffer.from(''), { nativeHash: '', sha2Hash: '' }));
  });

  it('decrypts the password of the RSA exchange, and nothing else', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const padded = Buffer.from('a longer password than the scramble is\0');
    const masked = padded.map((byte, index) => byte ^ scramble[index % 20]!);
    const encrypted = publicEncrypt(
      { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      masked,
    );
    assert.equal(
      decryptPassword(encrypted, privateKey, scramble)?.toString(),
      'a longer password than the scramble is',
    );
    assert.equal(decryptPassword(Buffer.alloc(256, 1), privateKey, scramble), undefined);
    assert.equal(decryptPassword(Buffer.alloc(3), privateKey, scramble), undefined);
  });

  it('takes the NUL off a password in clear', () => {
    assert.equal(passwordOfPacket(Buffer.from('pw\0')).toString(), 'pw');
    assert.equal(passwordOfPacket(Buffer.from('pw')).toString(), 'pw');
    assert.equal(passwordOfPacket(Buffer.alloc(0)).toString(), '');
  });

  it('proves a certificate in upper-case hex behind a 0x01', () => {
    const proof = certificateProof(nativePasswordHash('secret'), scramble, Buffer.alloc(32, 7));
    assert.equal(proof.charCodeAt(0), 1);
    assert.match(proof.slice(1), /^[0-9A-F]{64}$/);
    assert.notEqual(proof, certificateProof(nativePasswordHash('secret'), scramble, Buffer.alloc(32, 8)));
  });
});
