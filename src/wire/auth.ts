/**
 * The arithmetic of MySQL's two password plugins. Nothing here compares secrets other than in constant time.
 * Stored hashes are hex, empty for an account without a password.
 */
import {
  constants,
  createHash,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

export const nativePlugin = 'mysql_native_password';
export const sha2Plugin = 'caching_sha2_password';
export type AuthPlugin = typeof nativePlugin | typeof sha2Plugin;

export const scrambleBytes = 20;

const hash = (algorithm: 'sha1' | 'sha256', ...parts: readonly Uint8Array[]): Buffer => {
  const hasher = createHash(algorithm);
  for (const part of parts) hasher.update(part);
  return hasher.digest();
};

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  const result = Buffer.allocUnsafe(left.length);
  for (let index = 0; index < left.length; index++)
    result[index] = left[index]! ^ right[index % right.length]!;
  return result;
}

/** 20 random bytes of 7 bits without NUL and `$`: some clients read them as a NUL-terminated string. */
export function newScramble(): Buffer {
  const scramble = randomBytes(scrambleBytes);
  for (let index = 0; index < scrambleBytes; index++) {
    const byte = (scramble[index]! % 0x7e) + 1;
    scramble[index] = byte === 0x24 ? 0x7f : byte;
  }
  return scramble;
}

/** SHA1(SHA1(password)) in hex, or nothing for no password: what mysql_native_password stores. */
export function nativePasswordHash(password: string): string {
  return password === '' ? '' : hash('sha1', hash('sha1', Buffer.from(password))).toString('hex');
}

/** SHA256(SHA256(password)) in hex, or nothing for no password. */
export function sha2PasswordHash(password: string): string {
  return password === '' ? '' : hash('sha256', hash('sha256', Buffer.from(password))).toString('hex');
}

/** The answer of mysql_native_password: SHA1(pw) XOR SHA1(scramble + SHA1(SHA1(pw))); empty without a password. */
export function nativeResponse(password: string, scramble: Buffer): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = hash('sha1', Buffer.from(password));
  return xor(once, hash('sha1', scramble, hash('sha1', once)));
}

/** The answer of caching_sha2_password: SHA256(pw) XOR SHA256(SHA256(SHA256(pw)) + scramble). */
export function sha2Response(password: string, scramble: Buffer): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = hash('sha256', Buffer.from(password));
  return xor(once, hash('sha256', hash('sha256', once), scramble));
}

/** Whether `response` was made by someone who knows the password behind `storedHex`. */
export function verifyNative(response: Buffer, scramble: Buffer, storedHex: string): boolean {
  const stored = Buffer.from(storedHex, 'hex');
  if (response.length !== 20 || stored.length !== 20) return false;
  const once = xor(response, hash('sha1', scramble, stored));
  return timingSafeEqual(hash('sha1', once), stored);
}

/** As verifyNative, for caching_sha2_password. */
export function verifySha2(response: Buffer, scramble: Buffer, storedHex: string): boolean {
  return provesSha2(response, storedHex, (stored) => hash('sha256', stored, scramble));
}

/**
 * Whether the response is right but for the order: sqlx hashes the scramble before the stored hash, as the
 * native plugin does. Servers take that for a miss of their cache and go on with full authentication, without
 * which sqlx loses count of the packets.
 */
export function verifySha2Swapped(response: Buffer, scramble: Buffer, storedHex: string): boolean {
  return provesSha2(response, storedHex, (stored) => hash('sha256', scramble, stored));
}

function provesSha2(response: Buffer, storedHex: string, mask: (stored: Buffer) => Buffer): boolean {
  const stored = Buffer.from(storedHex, 'hex');
  if (response.length !== 32 || stored.length !== 32) return false;
  return timingSafeEqual(hash('sha256', xor(response, mask(stored))), stored);
}

/** Whether a password in clear is the one behind either hash. */
export function verifyPassword(
  password: Buffer,
  stored: { readonly nativeHash: string; readonly sha2Hash: string },
): boolean {
  const algorithm = stored.sha2Hash === '' ? 'sha1' : 'sha256';
  const expected = Buffer.from(stored.sha2Hash === '' ? stored.nativeHash : stored.sha2Hash, 'hex');
  const actual = hash(algorithm, hash(algorithm, password));
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/**
 * The password of caching_sha2_password's exchange without TLS: RSA-OAEP (SHA-1) of the password and a NUL,
 * XORed with the scramble repeated. Undefined when it was not made with our key.
 */
export function decryptPassword(encrypted: Buffer, key: KeyObject, scramble: Buffer): Buffer | undefined {
  try {
    const padding = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return passwordOfPacket(xor(privateDecrypt(padding, encrypted), scramble));
  } catch {
    return undefined;
  }
}

/** A password in clear as clients send it: with a NUL behind. */
export function passwordOfPacket(payload: Buffer): Buffer {
  return payload.at(-1) === 0 ? payload.subarray(0, -1) : payload;
}

/**
 * The certificate proof that MariaDB's clients from 11.4 ask of a server whose certificate they cannot check:
 * 0x01 and SHA-256(stored native hash + scramble + SHA-256 of the certificate's DER) in upper-case hex, as the
 * info of the OK that ends the login.
 */
export function certificateProof(nativeHash: string, scramble: Buffer, certificateSha256: Buffer): string {
  const digest = hash('sha256', Buffer.from(nativeHash, 'hex'), scramble, certificateSha256);
  return `\u0001${digest.toString('hex').toUpperCase()}`;
}
