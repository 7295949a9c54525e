/** AES_ENCRYPT and AES_DECRYPT by block_encryption_mode, and keys derived from passwords (MySQL 8.0.30). */
import { createCipheriv, createDecipheriv, hkdfSync, pbkdf2Sync } from 'node:crypto';
import { GatewayError } from '../../base/errors.ts';
import type { SqlValue } from '../../types/value.ts';
import type { Argument, FunctionCompiler } from './argument.ts';
import type { EvaluationEnv } from './environment.ts';

const bytesOf = (value: SqlValue): Buffer =>
  value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value), 'utf8');

const vectorBytes = 16;

/** Rounds of pbkdf2 for all rows of one chunk: some seconds of the one thread that runs JavaScript. */
const roundsOfChunk = 5_000_000;

interface Mode {
  /** As OpenSSL names it. */
  readonly algorithm: string;
  readonly keyBytes: number;
  readonly takesVector: boolean;
}

function modeOf(text: string): Mode {
  const [, bits, block] = /^aes-(128|192|256)-(\w+)$/.exec(text)!;
  return {
    algorithm: `aes-${bits}-${block === 'cfb128' ? 'cfb' : block}`,
    keyBytes: Number(bits) / 8,
    takesVector: block !== 'ecb',
  };
}

/** A key of any length folded into as many bytes as the mode takes, by XOR. */
function foldedKey(key: Buffer, size: number): Buffer {
  const folded = Buffer.alloc(size);
  for (const [index, byte] of key.entries()) folded[index % size] = folded[index % size]! ^ byte;
  return folded;
}

const spentRounds = new WeakMap<EvaluationEnv, number>();

/** One row's key is nearly always that of the next. */
interface Derived {
  readonly text: string;
  readonly key: Buffer;
}

type Derivation = readonly [method: SqlValue, salt: SqlValue, detail: SqlValue];

function iterationsOf(value: SqlValue, name: string): number {
  const iterations = value === null ? 1_000 : Number(String(value));
  if (Number.isInteger(iterations) && iterations >= 1_000 && iterations <= 65_535) return iterations;
  throw new GatewayError(
    'KDF_ITERATIONS',
    `For function ${name} the iterations of pbkdf2_hmac must be from 1000 to 65535.`,
  );
}

function derive(
  key: Buffer,
  [method, salt, detail]: Derivation,
  size: number,
  name: string,
  env: EvaluationEnv,
): Buffer {
  const salted = salt === null ? Buffer.alloc(0) : bytesOf(salt);
  if (method === 'hkdf') {
    const info = detail === null ? Buffer.alloc(0) : bytesOf(detail);
    return Buffer.from(hkdfSync('sha512', key, salted, info, size));
  }
  if (method !== 'pbkdf2_hmac') {
    throw new GatewayError('KDF_NAME', `For function ${name} the KDF must be hkdf or pbkdf2_hmac.`);
  }
  const iterations = iterationsOf(detail, name);
  const spent = (spentRounds.get(env) ?? 0) + iterations;
  if (spent > roundsOfChunk) {
    throw new GatewayError('OUT_OF_RESOURCES', `${name} derives too many keys by pbkdf2_hmac`);
  }
  spentRounds.set(env, spent);
  return pbkdf2Sync(key, salted, iterations, size, 'sha512');
}

function vectorOf(
  vector: SqlValue | undefined,
  mode: Mode,
  name: string,
  env: EvaluationEnv,
  count: number,
): Buffer | null {
  if (!mode.takesVector) {
    if (count === 3) env.warn(1618, '<IV> option ignored');
    return null;
  }
  if (vector === undefined) {
    throw new GatewayError(
      'WRONG_PARAMETER_COUNT',
      `Incorrect parameter count in the call to native function '${name}'`,
    );
  }
  const bytes = vector === null ? Buffer.alloc(0) : bytesOf(vector);
  if (bytes.length >= vectorBytes) return bytes.subarray(0, vectorBytes);
  throw new GatewayError(
    'AES_VECTOR',
    `The initialization vector supplied to ${name} is too short. Must be at least ${vectorBytes} bytes long`,
  );
}

function encrypt(text: Buffer, mode: Mode, key: Buffer, vector: Buffer | null): Uint8Array {
  const cipher = createCipheriv(mode.algorithm, key, vector);
  return Uint8Array.from(Buffer.concat([cipher.update(text), cipher.final()]));
}

/** NULL for what is no text of this key. */
function decrypt(bytes: Buffer, mode: Mode, key: Buffer, vector: Buffer | null): Uint8Array | null {
  try {
    const decipher = createDecipheriv(mode.algorithm, key, vector);
    return Uint8Array.from(Buffer.concat([decipher.update(bytes), decipher.final()]));
  } catch {
    return null;
  }
}

function cipher(name: string, compute: typeof encrypt | typeof decrypt): FunctionCompiler {
  return (args) => {
    const [text, secret, vectorArg, ...derivation] = args as [Argument, Argument, ...Argument[]];
    let last: Derived | undefined;
    return (env) => {
      const [value, key] = [text.evaluate(env), secret.evaluate(env)];
      if (value === null || key === null) return null;
      const mode = modeOf(String(env.context('@@session.block_encryption_mode')));
      const vector = vectorOf(vectorArg?.evaluate(env), mode, name, env, args.length);
      const [method, salt, detail] = derivation.map((arg) => arg.evaluate(env));
      const given: Derivation = [method ?? null, salt ?? null, detail ?? null];
      if (derivation.length === 0)
        return compute(bytesOf(value), mode, foldedKey(bytesOf(key), mode.keyBytes), vector);
      const id = JSON.stringify([
        bytesOf(key),
        ...given.map((part) => (part === null ? null : bytesOf(part))),
        mode,
      ]);
      if (last?.text !== id) last = { text: id, key: derive(bytesOf(key), given, mode.keyBytes, name, env) };
      return compute(bytesOf(value), mode, last.key, vector);
    };
  };
}

export const cipherFunctions: Readonly<Record<string, FunctionCompiler>> = {
  AES_ENCRYPT: cipher('aes_encrypt', encrypt),
  AES_DECRYPT: cipher('aes_decrypt', decrypt),
};
