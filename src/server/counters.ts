import type { Metric } from '../session/api.ts';

/** What the server counts since its start; /metrics shows it. */
export class ServerCounters {
  connectionsAccepted = 0;
  /** Beyond `maxConnections`, or during shutdown. */
  connectionsRefused = 0;
  connectionsOpen = 0;
  loginsFailed = 0;
  errorsSent = 0;
  bytesReceived = 0;
  bytesSent = 0;
  readonly #commands = new Map<string, number>();

  countCommand(kind: string): void {
    this.#commands.set(kind, (this.#commands.get(kind) ?? 0) + 1);
  }

  metrics(): Metric[] {
    const counter = (name: string, help: string, value: number): Metric => ({
      name: `tidegate_${name}`,
      help,
      kind: 'counter',
      labels: {},
      value,
    });
    return [
      counter('connections_accepted_total', 'Connections accepted.', this.connectionsAccepted),
      counter('connections_refused_total', 'Connections refused for the limit.', this.connectionsRefused),
      counter('logins_failed_total', 'Logins that were refused.', this.loginsFailed),
      counter('errors_sent_total', 'ERR packets sent.', this.errorsSent),
      counter('received_bytes_total', 'Bytes received from clients that have gone.', this.bytesReceived),
      counter('sent_bytes_total', 'Bytes sent to clients that have gone.', this.bytesSent),
      { ...counter('connections_open', 'Connections now.', this.connectionsOpen), kind: 'gauge' },
      ...[...this.#commands].map(([command, value]) => ({
        ...counter('commands_total', 'Commands by kind.', value),
        labels: { command },
      })),
    ];
  }
}
