/**
 * The host of an account: which client addresses it covers. An address, `localhost` (this machine), an address
 * with a netmask or prefix length (`10.1.0.0/255.255.0.0`, `10.1.0.0/16`), or a pattern with `%` and `_`. Names
 * of other hosts match nothing: addresses are not looked up, as with MySQL's skip_name_resolve.
 */
import { BlockList, isIP } from 'node:net';

/** `%` for any characters, `_` for one, `\` before either for itself. */
export function wildcardMatches(pattern: string, text: string, ignoreCase: boolean): boolean {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    let char = pattern[index]!;
    if (char === '\\' && index + 1 < pattern.length) char = pattern[++index]!;
    else if (char === '%') {
      // Adjacent stars would only make the match slow.
      if (!source.endsWith('.*')) source += '.*';
      continue;
    } else if (char === '_') {
      source += '.';
      continue;
    }
    source += char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'isu' : 'su').test(text);
}

/** True for an address that only this machine can have. */
export const isLoopbackAddress = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** The bits of a contiguous mask in dotted form; undefined when it is none. */
function prefixOfMask(mask: string): number | undefined {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

interface Network {
  readonly base: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

function networkOf(pattern: string): Network | undefined {
  const slash = pattern.indexOf('/');
  if (slash < 0) return undefined;
  const base = pattern.slice(0, slash);
  const rest = pattern.slice(slash + 1);
  const version = isIP(base);
  const prefix = /^\d{1,3}$/.test(rest)
    ? Number(rest)
    : version === 4 && isIP(rest) === 4
      ? prefixOfMask(rest)
      : undefined;
  if (version === 0 || prefix === undefined || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { base, family: version === 4 ? 'ipv4' : 'ipv6', prefix };
}

function networkHas({ base, family, prefix }: Network, host: string): boolean {
  if (isIP(host) !== (family === 'ipv4' ? 4 : 6)) return false;
  const list = new BlockList();
  list.addSubnet(base, prefix, family);
  return list.check(host, family);
}

/** Whether an account's host covers a client's address, `localhost` for a client of the unix socket. */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === '%' || pattern === '' || pattern.toLowerCase() === host.toLowerCase()) return true;
  if (pattern.toLowerCase() === 'localhost') return isLoopbackAddress(host);
  const network = networkOf(pattern);
  if (network !== undefined) return networkHas(network, host);
  return /[%_]/.test(pattern) && wildcardMatches(pattern, host, true);
}

/** The most specific first: an address, then this machine, then networks by size, then patterns, `%` last. */
function rank(pattern: string): readonly [kind: number, detail: number, length: number] {
  if (pattern === '%' || pattern === '') return [5, 0, 0];
  const network = networkOf(pattern);
  if (network !== undefined) return [2, -network.prefix, 0];
  const wildcard = pattern.search(/[%_]/);
  if (wildcard >= 0) return [3, -wildcard, -pattern.length];
  return [pattern.toLowerCase() === 'localhost' ? 1 : 0, 0, 0];
}

/** Orders account hosts as MySQL tries them. */
export function compareHosts(a: string, b: string): number {
  const [x, y] = [rank(a), rank(b)];
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
}

/** Whether a host covers any address that other machines can have. */
export const reachesBeyondLoopback = (pattern: string): boolean =>
  !isLoopbackAddress(pattern.toLowerCase()) && !/^127\.[\d.%_]*$/.test(pattern);
