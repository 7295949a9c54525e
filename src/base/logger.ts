type LogFunction = (fields: Record<string, unknown>, message: string) => void;

/** What the code needs of a logger; pino satisfies it. */
export interface Logger {
  readonly debug: LogFunction;
  readonly info: LogFunction;
  readonly warn: LogFunction;
  readonly error: LogFunction;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
