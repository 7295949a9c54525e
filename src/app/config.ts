import { readFileSync, realpathSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { delimiter, resolve } from 'node:path';
import { defaultLimits, type Limits } from '../base/limits.ts';
import { environmentName, type OptionSpec, optionSpecs } from './options.ts';

export interface Config {
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  /** A unix socket beside the port. */
  readonly socketPath: string | undefined;
  /** Networks whose connections may begin with a PROXY header. */
  readonly proxies: BlockList | undefined;
  readonly http: { readonly host: string; readonly port: number } | undefined;
  readonly rootPassword: string | undefined;
  readonly tls: {
    readonly mode: 'auto' | 'off' | 'required';
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
    readonly caFile: string | undefined;
  };
  readonly localInfile: boolean;
  readonly compression: boolean;
  /** Real paths of the directories that servers of FOREIGN DATA WRAPPER file may stand in. */
  readonly externalFiles: readonly string[];
  /** Where the audit log goes: a file, `-` for standard output, nowhere. */
  readonly auditLog: string | undefined;
  readonly logLevel: string;
  readonly limits: Limits;
}

const absolute = (path: string | undefined): string | undefined =>
  path === undefined || path === '' ? undefined : resolve(path);

/** `10.0.0.0/8, ::1` as a list to look addresses up in. */
function networks(list: string | undefined): BlockList | undefined {
  const texts = (list ?? '').split(',').map((text) => text.trim());
  const names = texts.filter((text) => text !== '');
  if (names.length === 0) return undefined;
  const found = new BlockList();
  for (const name of names) {
    const [address = '', bits, ...rest] = name.split('/');
    const version = isIP(address);
    const widest = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (version === 0 || prefix < 0 || prefix > widest || rest.length > 0) {
      throw new ConfigError(`option --proxy-protocol: '${name}' is not a network such as 10.0.0.0/8`);
    }
    found.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return found;
}

/** The directories of a list, links followed: DuckDB is told the very paths that connectors resolve to. */
function realDirectories(list: string | undefined): string[] {
  const names = (list ?? '').split(delimiter).filter((name) => name !== '');
  return names.map((name) => {
    try {
      return realpathSync(resolve(name));
    } catch {
      throw new ConfigError(`option --external-files: there is no directory ${name}`);
    }
  });
}

/** A mistake in the configuration; `message` is for the person who starts the gateway. */
export class ConfigError extends Error {}

type Values = Map<string, { readonly text: string; readonly from: string }>;

const byName = new Map(optionSpecs.map((option) => [option.name, option]));

/** Reads `--name value`, `--name=value`, `--flag` and `--no-flag`. */
function readFlags(args: readonly string[]): Values {
  const values: Values = new Map();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (!arg.startsWith('--')) throw new ConfigError(`unexpected argument '${arg}'; see --help`);
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
    const negated = name.startsWith('no-') ? byName.get(name.slice(3)) : undefined;
    if (negated?.kind === 'boolean' && equals < 0) {
      values.set(negated.name, { text: 'false', from: `--${name}` });
      continue;
    }
    const option = byName.get(name);
    if (option === undefined) throw new ConfigError(`unknown option --${name}; see --help`);
    let text = equals < 0 ? undefined : arg.slice(equals + 1);
    if (text === undefined && option.kind === 'boolean') text = 'true';
    if (text === undefined) text = args[++index];
    if (text === undefined) throw new ConfigError(`option --${name} needs a value`);
    values.set(name, { text, from: `--${name}` });
  }
  return values;
}

function readEnvironment(environment: NodeJS.ProcessEnv): Values {
  const values: Values = new Map();
  for (const option of optionSpecs) {
    const name = environmentName(option);
    const text = environment[name];
    if (text !== undefined && text !== '') values.set(option.name, { text, from: name });
  }
  return values;
}

function readConfigFile(path: string): Values {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`cannot read the configuration file ${path}: ${(cause as Error).message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`the configuration file ${path} must hold one JSON object`);
  }
  const values: Values = new Map();
  for (const [name, value] of Object.entries(parsed)) {
    if (!byName.has(name) || name === 'config') throw new ConfigError(`${path}: unknown option "${name}"`);
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new ConfigError(`${path}: "${name}" must be a string, a number or a boolean`);
    }
    values.set(name, { text: String(value), from: `${path}: ${name}` });
  }
  return values;
}

const unitFactors: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function numberOf(option: OptionSpec, text: string, from: string): number {
  const match = /^(\d+)([kmg]?)$/i.exec(text.trim());
  const unit = match?.[2]?.toLowerCase() ?? '';
  if (match === null || (unit !== '' && option.kind !== 'bytes')) {
    throw new ConfigError(
      `${from}: '${text}' is not ${option.kind === 'bytes' ? 'a size such as 64m' : 'a whole number'}`,
    );
  }
  const value = Number(match[1]) * unitFactors[unit]!;
  const max = option.max ?? Number.MAX_SAFE_INTEGER;
  if (value < (option.min ?? 0) || value > max) {
    throw new ConfigError(`${from}: ${text} is out of range; allowed is ${option.min ?? 0} to ${max}`);
  }
  return value;
}

function booleanOf(text: string, from: string): boolean {
  if (/^(true|on|yes|1)$/i.test(text)) return true;
  if (/^(false|off|no|0)$/i.test(text)) return false;
  throw new ConfigError(`${from}: '${text}' is not true or false`);
}

/**
 * The configuration from flags, then environment variables, then the file of `--config`, then defaults.
 * Throws ConfigError naming the source of the mistake.
 */
export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv): Config {
  const flags = readFlags(args);
  const env = readEnvironment(environment);
  const path = flags.get('config') ?? env.get('config');
  const file: Values = path === undefined ? new Map() : readConfigFile(path.text);
  const find = (name: string): { readonly text: string; readonly from: string } | undefined => {
    const given = flags.get(name) ?? env.get(name) ?? file.get(name);
    if (given !== undefined) return given;
    const fallback = byName.get(name)!.default;
    return fallback === undefined ? undefined : { text: fallback, from: `default of ${name}` };
  };
  const text = (name: string): string | undefined => {
    const given = find(name);
    const choices = byName.get(name)!.choices;
    if (given !== undefined && choices !== undefined && !choices.includes(given.text)) {
      throw new ConfigError(`${given.from}: '${given.text}' is not one of ${choices.join(', ')}`);
    }
    return given?.text;
  };
  const integer = (name: string): number | undefined => {
    const given = find(name);
    return given === undefined ? undefined : numberOf(byName.get(name)!, given.text, given.from);
  };
  const limits: Record<string, number> = { ...defaultLimits };
  for (const option of optionSpecs) {
    if (option.limit !== undefined) limits[option.limit] = integer(option.name)!;
  }
  const infile = find('local-infile')!;
  const compression = find('compression')!;
  const httpPort = integer('http-port');
  const config: Config = {
    dataDirectory: resolve(text('data')!),
    host: text('host')!,
    port: integer('port')!,
    socketPath: absolute(text('socket')),
    proxies: networks(text('proxy-protocol')),
    http: httpPort === undefined ? undefined : { host: text('http-host') ?? text('host')!, port: httpPort },
    rootPassword: text('root-password'),
    tls: {
      mode: text('tls') as Config['tls']['mode'],
      certFile: text('tls-cert'),
      keyFile: text('tls-key'),
      caFile: text('tls-ca'),
    },
    localInfile: booleanOf(infile.text, infile.from),
    compression: booleanOf(compression.text, compression.from),
    externalFiles: realDirectories(text('external-files')),
    auditLog: text('audit-log'),
    logLevel: text('log-level')!,
    limits: { ...defaultLimits, ...limits },
  };
  if ((config.tls.certFile === undefined) !== (config.tls.keyFile === undefined)) {
    throw new ConfigError('tls-cert and tls-key go together: give both or neither');
  }
  return config;
}
