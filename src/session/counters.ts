import type { Metric } from './api.ts';

/** What the sessions of a gateway count together. */
export class StatementCounters {
  readonly #routes = new Map<string, number>();
  readonly #errors = new Map<number, number>();
  readonly #commands = new Map<string, number>();
  #statements = 0;
  slowest = 0;

  /** Statements that were begun. */
  get statements(): number {
    return this.#statements;
  }

  begin(): void {
    this.#statements++;
  }

  /** `route`: point, range, scan, metadata, constant, write, load, ddl, other. */
  route(route: string): void {
    this.#routes.set(route, (this.#routes.get(route) ?? 0) + 1);
  }

  /** `name` is that of a Com_… status variable, without the prefix. */
  command(name: string): void {
    this.#commands.set(name, (this.#commands.get(name) ?? 0) + 1);
  }

  get commands(): ReadonlyMap<string, number> {
    return this.#commands;
  }

  error(errno: number): void {
    this.#errors.set(errno, (this.#errors.get(errno) ?? 0) + 1);
  }

  metrics(): Metric[] {
    const metrics: Metric[] = [];
    for (const [route, value] of this.#routes) {
      metrics.push({
        name: 'tidegate_statements_total',
        help: 'Statements by the route that answered them.',
        kind: 'counter',
        labels: { route },
        value,
      });
    }
    for (const [errno, value] of this.#errors) {
      metrics.push({
        name: 'tidegate_statement_errors_total',
        help: 'Statements that failed, by error number.',
        kind: 'counter',
        labels: { errno: String(errno) },
        value,
      });
    }
    return metrics;
  }
}
