import { generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { systemClock } from '../base/clock.ts';
import type { TlsFacts } from '../session/api.ts';

export interface TlsOptions {
  /** `auto`: offered. `required`: a login without it is refused. */
  readonly mode: 'auto' | 'off' | 'required';
  /** PEM files; both or neither. Without them a certificate is made at the first start. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** PEM file of the authorities that sign clients' certificates; clients are asked for one when it is given. */
  readonly caFile?: string | undefined;
  /** Where the certificate that we make is kept. */
  readonly directory: string;
}

export interface ServerCertificate {
  readonly secureContext: SecureContext;
  /** SHA-256 of the certificate's DER. */
  readonly sha256: Buffer;
  /** Clients are asked for a certificate. */
  readonly requestsClients: boolean;
  /** The names in a client's certificate when one of our authorities signed it and it is valid now. */
  clientNames(certificate: X509Certificate | undefined): TlsFacts['certificate'];
}

const validityYears = 10;

/** Loads the given certificate, or ours, which is made when it is not there. */
export async function loadCertificate(options: TlsOptions): Promise<ServerCertificate> {
  const generated = options.certFile === undefined || options.keyFile === undefined;
  const { cert, key } = generated
    ? await ownCertificate(options.directory)
    : { cert: await readFile(options.certFile, 'utf8'), key: await readFile(options.keyFile, 'utf8') };
  const ca = options.caFile === undefined ? undefined : await readFile(options.caFile, 'utf8');
  const secureContext = createSecureContext({
    cert,
    key,
    minVersion: 'TLSv1.2',
    // Without a name of theirs, sessions with certificates of clients cannot be resumed: the handshake fails.
    ...(ca === undefined ? {} : { ca, sessionIdContext: 'tidegate' }),
  });
  const authorities = (ca ?? '').match(pemCertificate)?.map((pem) => new X509Certificate(pem)) ?? [];
  if (ca !== undefined && authorities.length === 0) {
    throw new Error(`${options.caFile} holds no certificate`);
  }
  return {
    secureContext,
    sha256: sha256Of(cert),
    requestsClients: ca !== undefined,
    clientNames: (certificate) =>
      certificate !== undefined && isTrusted(certificate, authorities) ? namesOf(certificate) : undefined,
  };
}

const pemCertificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Whether one of the authorities signed the certificate and its time has come and not gone. That the client has
 * its key the handshake has proved. Intermediate authorities stand in the file of authorities too.
 */
function isTrusted(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  const now = Number(systemClock.nowUs() / 1000n);
  const isValid = (each: X509Certificate): boolean =>
    Date.parse(each.validFrom) <= now && now <= Date.parse(each.validTo);
  return (
    isValid(certificate) &&
    authorities.some(
      (authority) =>
        isValid(authority) && certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
    )
  );
}

/** In OpenSSL's form; Node gives one attribute a line. */
function namesOf({ subject, issuer }: X509Certificate): { subject: string; issuer: string } {
  const oneLine = (name: string): string => `/${name.trim().split('\n').join('/')}`;
  return { subject: oneLine(subject), issuer: oneLine(issuer) };
}

function sha256Of(cert: string): Buffer {
  return Buffer.from(new X509Certificate(cert).fingerprint256.replaceAll(':', ''), 'hex');
}

async function ownCertificate(directory: string): Promise<{ cert: string; key: string }> {
  const certPath = join(directory, 'server-cert.pem');
  const keyPath = join(directory, 'server-key.pem');
  try {
    return { cert: await readFile(certPath, 'utf8'), key: await readFile(keyPath, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const notAfterDate = new Date(Number(systemClock.nowUs() / 1000n));
  notAfterDate.setFullYear(notAfterDate.getFullYear() + validityYears);
  const made = await generate([{ name: 'commonName', value: 'Tidegate auto-generated certificate' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate,
  });
  await mkdir(directory, { recursive: true });
  // The certificate last: when it is there, so is its key.
  await writeWhole(keyPath, made.private, 0o600);
  await writeWhole(certPath, made.cert, 0o644);
  return { cert: made.cert, key: made.private };
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
}

export interface RsaKeys {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
}

/** A source of the key pair of caching_sha2_password's exchange without TLS, made when first asked for. */
export function lazyRsaKeys(): () => Promise<RsaKeys> {
  let keys: Promise<RsaKeys> | undefined;
  return () => {
    keys ??= makeRsaKeys();
    return keys;
  };
}

async function makeRsaKeys(): Promise<RsaKeys> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { privateKey, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}
