/** The connectors that this gateway has, by the name that CREATE SERVER gives. */
import { GatewayError } from '../base/errors.ts';
import type { ServerDef } from '../catalog/schema.ts';
import type { Connector } from './port.ts';

export class Connectors {
  readonly #byWrapper: ReadonlyMap<string, Connector>;

  constructor(connectors: readonly Connector[]) {
    this.#byWrapper = new Map(connectors.map((connector) => [connector.wrapper, connector]));
  }

  /** The connector of a server; WRONG_ARGUMENTS for a wrapper that there is none for. */
  of(server: ServerDef): Connector {
    const connector = this.#byWrapper.get(server.wrapper.toLowerCase());
    if (connector === undefined) {
      const known = [...this.#byWrapper.keys()].join(', ');
      throw new GatewayError(
        'WRONG_ARGUMENTS',
        `Unknown FOREIGN DATA WRAPPER '${server.wrapper}'; there are: ${known}`,
      );
    }
    return connector;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byWrapper.values()].map((connector) => connector.close()));
  }
}
