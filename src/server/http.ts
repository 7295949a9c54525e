import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metric } from '../session/api.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Whether statements are served now. */
  readonly ready: () => boolean;
  readonly metrics: () => readonly Metric[];
}

export interface HttpListener {
  readonly address: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

/**
 * The listener for probes and monitoring: /healthz (the process answers), /readyz (200 or 503) and /metrics
 * (Prometheus text format 0.0.4). No other path, and only GET and HEAD.
 */
export async function startHttp(options: HttpOptions): Promise<HttpListener> {
  const server = createServer((request, response) => answer(options, request, response));
  server.requestTimeout = 10_000;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { host: address, port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

function replyTo(options: HttpOptions, request: IncomingMessage): Reply {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: 'method not allowed\n' };
  }
  switch (request.url?.split('?')[0]) {
    case '/healthz':
      return { status: 200, body: 'ok\n' };
    case '/readyz':
      return options.ready() ? { status: 200, body: 'ready\n' } : { status: 503, body: 'not ready\n' };
    case '/metrics':
      return { status: 200, body: metricsText(options.metrics()), type: 'text/plain; version=0.0.4' };
    default:
      return { status: 404, body: 'not found\n' };
  }
}

function answer(options: HttpOptions, request: IncomingMessage, response: ServerResponse): void {
  const { status, body, type = 'text/plain' } = replyTo(options, request);
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Metrics in Prometheus' text format, HELP and TYPE once for each name. */
export function metricsText(metrics: readonly Metric[]): string {
  const byName = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const same = byName.get(metric.name);
    if (same === undefined) byName.set(metric.name, [metric]);
    else same.push(metric);
  }
  const lines: string[] = [];
  for (const [name, samples] of byName) {
    lines.push(`# HELP ${name} ${samples[0]!.help}`, `# TYPE ${name} ${samples[0]!.kind}`);
    for (const { labels, value } of samples) {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
      lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
