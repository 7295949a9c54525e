/**
 * Every option of the gateway, as data: its flag (`--port`), its environment variable (`TIDEGATE_PORT`) and its
 * key in the JSON configuration file (`port`) all follow from one row here, and so does `--help`.
 */
import { defaultLimits, type Limits } from '../base/limits.ts';

export type OptionKind = 'text' | 'integer' | 'bytes' | 'boolean' | 'choice' | 'secret';

export interface OptionSpec {
  /** As the flag spells it, without dashes. */
  readonly name: string;
  readonly kind: OptionKind;
  readonly description: string;
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Set when the option is one of src/base/limits.ts. */
  readonly limit?: keyof Limits;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

const general: readonly OptionSpec[] = [
  {
    name: 'config',
    kind: 'text',
    description: 'JSON file with options; flags and environment variables win over it',
  },
  {
    name: 'data',
    kind: 'text',
    default: './data',
    description: 'data directory; made when it does not exist',
  },
  {
    name: 'host',
    kind: 'text',
    default: '127.0.0.1',
    description: 'address to listen on for the MySQL protocol',
  },
  { name: 'port', kind: 'integer', default: '7306', min: 0, max: 65_535, description: 'port; 0 picks one' },
  {
    name: 'socket',
    kind: 'text',
    description: 'unix socket to listen on as well; none when not given',
  },
  {
    name: 'proxy-protocol',
    kind: 'text',
    description:
      'networks (10.1.0.0/16, 10.2.3.4, ::1; separated by commas) whose connections may begin with a PROXY header, version 1 or 2, that names the client; none when not given',
  },
  {
    name: 'http-host',
    kind: 'text',
    description: 'address of the HTTP endpoint (health, metrics); the same as host when not given',
  },
  {
    name: 'http-port',
    kind: 'integer',
    min: 0,
    max: 65_535,
    description: 'port of the HTTP endpoint; no endpoint when not given',
  },
  {
    name: 'root-password',
    kind: 'secret',
    description:
      'password that root gets when the data directory is new; when it is not given and host is not loopback, one is made and printed once',
  },
  { name: 'tls-cert', kind: 'text', description: 'PEM file with the certificate chain' },
  { name: 'tls-key', kind: 'text', description: 'PEM file with the private key' },
  {
    name: 'tls-ca',
    kind: 'text',
    description:
      'PEM file with the authorities that sign certificates of clients, for accounts that REQUIRE one; clients are not asked for any when not given',
  },
  {
    name: 'tls',
    kind: 'choice',
    choices: ['auto', 'off', 'required'],
    default: 'auto',
    description:
      'auto offers TLS, with a self-signed certificate when none is given; required refuses plain clients',
  },
  {
    name: 'local-infile',
    kind: 'boolean',
    default: 'true',
    description: 'allow LOAD DATA LOCAL INFILE',
  },
  {
    name: 'compression',
    kind: 'boolean',
    default: 'true',
    description: 'offer compression of the protocol to clients that ask for it',
  },
  {
    name: 'external-files',
    kind: 'text',
    description:
      'directories, separated as in PATH, that servers of FOREIGN DATA WRAPPER file may read; none when not given',
  },
  {
    name: 'audit-log',
    kind: 'text',
    description:
      'file for the audit log, one JSON line an event: connections, failed logins, definitions, grants, refused statements; - for standard output; none when not given',
  },
  {
    name: 'log-level',
    kind: 'choice',
    choices: logLevels,
    default: 'info',
    description: 'logs go to standard error as JSON lines',
  },
];

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const words = (name: string): string => kebab(name).replaceAll('-', ' ');

const limitOptions: readonly OptionSpec[] = Object.entries(defaultLimits).map(([key, value]) => ({
  name: kebab(key),
  kind: key.endsWith('Bytes') ? 'bytes' : 'integer',
  default: String(value),
  min: 1,
  description: `limit: ${words(key)}`,
  limit: key as keyof Limits,
}));

export const optionSpecs: readonly OptionSpec[] = [...general, ...limitOptions];

export const environmentName = (option: OptionSpec): string =>
  `TIDEGATE_${option.name.toUpperCase().replaceAll('-', '_')}`;

/** The text of `--help`. */
export function helpText(): string {
  const line = (option: OptionSpec): string => {
    const value = option.kind === 'boolean' ? '' : ` <${option.choices?.join('|') ?? option.kind}>`;
    const fallback = option.default === undefined ? '' : ` (default ${option.default})`;
    return `  --${option.name}${value}\n      ${option.description}${fallback}`;
  };
  return `Usage: tidegate <command> [options]

Commands:
  serve   run the gateway
  demo    load the demonstration data and run the gateway on it

Every option can also be given as an environment variable (--http-port is TIDEGATE_HTTP_PORT) or as a key of
the JSON file that --config names ("http-port": 8080). Flags win over the environment, the environment over
the file. Sizes take k, m and g.

Options:
  --help
  --version
${general.map(line).join('\n')}

Limits:
${limitOptions.map(line).join('\n')}
`;
}
