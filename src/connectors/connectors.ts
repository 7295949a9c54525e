/** The connectors that this gateway has, by the name that CREATE SERVER gives. */
import { GatewayError, notSupported } from '../base/errors.ts';
import type { ServerDef } from '../catalog/schema.ts';
import type { DuckRelation } from '../offline/duckdb/relation.ts';
import type { Connector, ScanRequest } from './port.ts';

export class Connectors {
  readonly #byWrapper: ReadonlyMap<string, Connector>;

  constructor(connectors: readonly Connector[]) {
    this.#byWrapper = new Map(connectors.map((connector) => [connector.wrapper, connector]));
  }

  /** The connector of a server; NOT_SUPPORTED for a wrapper that there is none for. */
  of(server: ServerDef): Connector {
    const connector = this.#byWrapper.get(server.wrapper.toLowerCase());
    if (connector === undefined) {
      throw notSupported(
        `FOREIGN DATA WRAPPER ${server.wrapper}; there are ${[...this.#byWrapper.keys()].join(', ')}`,
      );
    }
    return connector;
  }

  /** Reads an external table; SERVER_MISSING when its server has been dropped. */
  scan(request: Omit<ScanRequest, 'server'>, server: ServerDef | undefined): Promise<DuckRelation> {
    if (server === undefined) {
      throw new GatewayError('SERVER_MISSING', `The foreign server '${request.table.server}' does not exist`);
    }
    return this.of(server).scan({ ...request, server });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byWrapper.values()].map((connector) => connector.close()));
  }
}
