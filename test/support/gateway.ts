import type { SltConnection } from './slt.ts';
export interface Gateway {
  readonly port: number;
  stop(): Promise<void>;
}
export async function startGateway(): Promise<Gateway> {
  throw new Error('later');
}
export async function inProcessConnection(_gateway: Gateway, _database: string): Promise<SltConnection> {
  throw new Error('later');
}
