#!/usr/bin/env node
/** The command line: `tidegate serve`, `tidegate demo`, `tidegate --help`. */
// First, because it sizes a pool that later imports may use.
import './thread-pool.ts';
import { readFileSync } from 'node:fs';
import pino from 'pino';
import type { Logger } from '../base/logger.ts';
import { type Gateway, openGateway } from './compose.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { openDemo } from './demo/demo.ts';
import { helpText } from './options.ts';

function version(): string {
  // Two folders up from src/app and from dist/app.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Resolves with the first signal that asks the process to end; a second one ends it at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    let asked = false;
    for (const signal of signals) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        resolve(signal);
      });
    }
  });
}

const loggerOf = (config: Config): Logger =>
  pino({ level: config.logLevel, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }));

async function serve(config: Config): Promise<void> {
  const logger = loggerOf(config);
  const stop = untilSignal();
  await serveUntil(stop, await openGateway(config, logger), logger);
}

/** The tour; then serves like `serve`, unless `exit`. */
async function demo(config: Config, exit: boolean): Promise<void> {
  const logger = loggerOf(config);
  const stop = untilSignal();
  const gateway = await openDemo(config, logger, (text) => process.stdout.write(text));
  await (exit ? gateway.close() : serveUntil(stop, gateway, logger));
}

async function serveUntil(stop: Promise<NodeJS.Signals>, gateway: Gateway, logger: Logger): Promise<void> {
  const { host, port } = gateway.address;
  const http = gateway.httpAddress;
  const also = http === undefined ? '' : `, http on ${http.host}:${http.port}`;
  process.stdout.write(`tidegate ${version()} ready on ${host}:${port}${also}\n`);
  const signal = await stop;
  logger.info({ signal }, 'closing');
  await gateway.close();
}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || args.includes('--help')) {
    process.stdout.write(helpText());
    return command === undefined ? 2 : 0;
  }
  if (args.includes('--version')) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  switch (command) {
    case 'serve':
      await serve(readConfig(rest, process.env));
      return 0;
    case 'demo':
      await demo(
        readConfig(
          rest.filter((arg) => arg !== '--exit'),
          process.env,
        ),
        rest.includes('--exit'),
      );
      return 0;
    default:
      throw new ConfigError(`unknown command '${command}'; see --help`);
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exit(code);
  },
  (error: unknown) => {
    const message =
      error instanceof ConfigError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    process.stderr.write(`tidegate: ${message}\n`);
    process.exit(1);
  },
);
