/** `tidegate demo`: a gateway, the tour through it, and then the gateway for the visitor. */
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Logger } from '../../base/logger.ts';
import { isLoopbackAddress } from '../../catalog/host-pattern.ts';
import { type Gateway, openGateway } from '../compose.ts';
import { type Config, ConfigError } from '../config.ts';
import { runTour } from './tour.ts';

/** The folder of the npm package vega-datasets that holds the flights and the airports. */
function flightFiles(): string {
  const entry = ((): string => {
    try {
      return createRequire(import.meta.url).resolve('vega-datasets');
    } catch {
      throw new ConfigError("the demo needs the package 'vega-datasets': npm ci installs it");
    }
  })();
  const directory = path.resolve(path.dirname(entry), '../data');
  if (!existsSync(path.join(directory, 'flights-3m.parquet'))) {
    throw new ConfigError(`the demo's files are not in ${directory}`);
  }
  return realpathSync(directory);
}

/**
 * Opens the gateway with the demo's files as external root, runs the tour and prints how to connect. Rejects,
 * with the gateway closed, when a statement of the tour fails.
 */
export async function openDemo(
  config: Config,
  logger: Logger,
  write: (text: string) => void,
): Promise<Gateway> {
  const filesDirectory = flightFiles();
  // The tour logs in over the network: it knows the password, which openGateway would not tell.
  const isOpen = isLoopbackAddress(config.host) || config.rootPassword !== undefined;
  const rootPassword = isOpen ? config.rootPassword : randomBytes(18).toString('base64url');
  if (!isOpen) write(`The password of root, when the data directory is new: ${rootPassword}\n`);
  const gateway = await openGateway({ ...config, rootPassword, externalFiles: [filesDirectory] }, logger);
  const { host, port } = gateway.address;
  try {
    write(`Tidegate is running on ${host}:${port}, its data in ${config.dataDirectory}\n`);
    await runTour({ host, port, password: rootPassword ?? '', filesDirectory, write });
  } catch (error) {
    await gateway.close();
    throw error;
  }
  write(
    `\nAll of it can be typed in any MySQL client:\n\n  mariadb -h ${host} -P ${port} -u root flights\n\n`,
  );
  return gateway;
}
