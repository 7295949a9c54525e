import { accessDenied } from '../session/accounts/authenticator.ts';
import type { AdmittedAccount, Authenticator } from '../session/api.ts';
import {
  type AuthPlugin,
  certificateProof,
  decryptPassword,
  nativePlugin,
  passwordOfPacket,
  sha2Plugin,
  verifyNative,
  verifyPassword,
  verifySha2,
  verifySha2Swapped,
} from '../wire/auth.ts';
import {
  fastAuthSuccess,
  performFullAuth,
  publicKeyRequest,
  writeAuthMoreData,
} from '../wire/auth-more-data.ts';
import { writeAuthSwitch } from '../wire/auth-switch.ts';
import { capability } from '../wire/capabilities.ts';
import type { HandshakeResponse } from '../wire/handshake-response.ts';
import type { RsaKeys } from './certificate.ts';
import type { PacketChannel } from './channel.ts';

export interface AuthenticationContext {
  readonly channel: PacketChannel;
  readonly authenticator: Authenticator;
  /** The connection's one scramble, the same in the handshake and in every switch. */
  readonly scramble: Buffer;
  readonly host: string;
  /** Over TLS or a unix socket: a password may come in clear. */
  readonly secure: boolean;
  /** The certificate's SHA-256 when the connection is over TLS. */
  readonly certificateSha256: Buffer | undefined;
  readonly rsaKeys: () => Promise<RsaKeys>;
}

/** A login that is let in. */
export interface Granted {
  /** The info text of the OK. */
  readonly info: string;
  readonly account: AdmittedAccount;
}

interface StoredHashes {
  readonly nativeHash: string;
  readonly sha2Hash: string;
}

/** Stands for an account that does not exist: no password fits, and the exchange looks the same. */
const nobody: StoredHashes = { nativeHash: '00'.repeat(20), sha2Hash: '00'.repeat(32) };

const isBlank = (data: Buffer): boolean => data.length === 0 || (data.length === 1 && data[0] === 0);

/**
 * Runs the authentication that a login or COM_CHANGE_USER asks for, and answers the info text of the OK that
 * ends it with the account that it was granted to. Rejects with ACCESS_DENIED, ACCOUNT_LOCKED, ACCOUNT_BLOCKED.
 *
 * The plugin that the client named decides. A client that named caching_sha2_password is never switched to
 * mysql_native_password (MySQL 9's library has none) and the other way only when the account has no native
 * hash. A client that named another, or none, is switched to the native plugin, which all old ones have.
 */
export async function authenticate(
  request: HandshakeResponse,
  context: AuthenticationContext,
): Promise<Granted> {
  const account = context.authenticator.find(request.user, context.host) ?? nobody;
  const plugin = choosePlugin(request, account);
  let data = request.authData;
  if (mustSwitch(request, plugin, account)) {
    writeAuthSwitch(context.channel.writer, plugin, context.scramble);
    await context.channel.flush();
    data = await context.channel.readReply();
  }
  const granted =
    plugin === nativePlugin ? nativeGrants(data, account, context) : await sha2Grants(data, account, context);
  const { user } = request;
  const { host, channel, authenticator } = context;
  const handlesExpired = (request.capabilities & capability.canHandleExpiredPasswords) !== 0;
  const login = { user, host, granted, withPassword: !isBlank(data), tls: channel.tls, handlesExpired };
  const name = authenticator.admit?.(login) ?? { user, host: '%' };
  if (!granted) throw accessDenied(user, host, login.withPassword);
  const { certificateSha256, scramble } = context;
  const provable = plugin === nativePlugin && account.nativeHash !== '' && certificateSha256 !== undefined;
  const info = provable ? certificateProof(account.nativeHash, scramble, certificateSha256) : '';
  return { info, account: name };
}

const hasPassword = (account: StoredHashes): boolean => account.nativeHash !== '' || account.sha2Hash !== '';

function choosePlugin(request: HandshakeResponse, account: StoredHashes): AuthPlugin {
  if (request.authPlugin === sha2Plugin) return sha2Plugin;
  if (hasPassword(account) && account.nativeHash === '') return sha2Plugin;
  if (request.authPlugin === nativePlugin || request.authPlugin === undefined) return nativePlugin;
  const { attributes } = request;
  const isMysql9 =
    attributes.get('_client_name') === 'libmysql' &&
    attributes.get('_client_version')?.startsWith('9.') === true;
  return isMysql9 ? sha2Plugin : nativePlugin;
}

/** Without PLUGIN_AUTH the client can only do the native plugin and cannot be switched. */
function mustSwitch(request: HandshakeResponse, plugin: AuthPlugin, account: StoredHashes): boolean {
  if (request.authPlugin === undefined) return false;
  if (request.authPlugin !== plugin) return true;
  // No data at all begins a dialog, or says that there is no password; then there is nothing to ask for.
  return request.authData.length === 0 && hasPassword(account);
}

function nativeGrants(data: Buffer, account: StoredHashes, context: AuthenticationContext): boolean {
  if (!hasPassword(account)) return isBlank(data);
  return verifyNative(data, context.scramble, account.nativeHash);
}

async function sha2Grants(
  data: Buffer,
  account: StoredHashes,
  context: AuthenticationContext,
): Promise<boolean> {
  if (!hasPassword(account) || isBlank(data)) return !hasPassword(account) && isBlank(data);
  if (account.sha2Hash === '') return fullAuthenticationGrants(account, context);
  // PyMySQL takes the NUL behind the scramble of an AuthSwitchRequest for a part of it.
  const withNul = Buffer.concat([context.scramble, Buffer.of(0)]);
  const { sha2Hash } = account;
  if (verifySha2Swapped(data, context.scramble, sha2Hash)) return fullAuthenticationGrants(account, context);
  if (!verifySha2(data, context.scramble, sha2Hash) && !verifySha2(data, withNul, sha2Hash)) return false;
  writeAuthMoreData(context.channel.writer, fastAuthSuccess);
  return true;
}

/** For accounts whose SHA-256 hash is not known: the client sends the password itself. */
async function fullAuthenticationGrants(
  account: StoredHashes,
  context: AuthenticationContext,
): Promise<boolean> {
  const { channel } = context;
  writeAuthMoreData(channel.writer, performFullAuth);
  await channel.flush();
  const reply = await channel.readReply();
  if (context.secure) return verifyPassword(passwordOfPacket(reply), account);
  // In clear without TLS: what was sent is compromised, and is not accepted.
  if (reply.length !== 1 || reply[0] !== publicKeyRequest) return false;
  const keys = await context.rsaKeys();
  writeAuthMoreData(channel.writer, Buffer.from(keys.publicKeyPem));
  await channel.flush();
  const password = decryptPassword(await channel.readReply(), keys.privateKey, context.scramble);
  return password !== undefined && verifyPassword(password, account);
}
