/**
 * What tools send by themselves before anybody has asked them anything: every statement must be answered, in
 * text and prepared alike. `-- error N` before a statement says that its error is what the tool expects.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import mysql from 'mysql2/promise';
import type { Gateway } from '../support/gateway.ts';
import { loadFixture, startClientGateway } from './fixture.ts';

const folder = new URL('recorded/', import.meta.url);

interface Recorded {
  readonly sql: string;
  readonly errno: number | undefined;
}

/** Statements end with `;` at the end of a line. */
function statementsOf(text: string): Recorded[] {
  return text
    .split(/;\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const expected = /^-- error (\d+)\n/.exec(part);
      return {
        sql: part.slice(expected?.[0].length ?? 0),
        errno: expected === null ? undefined : Number(expected[1]),
      };
    });
}

describe('client: what tools send', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startClientGateway();
    await loadFixture(gateway);
  });
  after(() => gateway.stop());

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.sql'))) {
    for (const prepared of [false, true]) {
      it(`${file.replace('.sql', '')}${prepared ? ', prepared' : ''}`, async () => {
        const connection = await mysql.createConnection({
          host: '127.0.0.1',
          port: gateway.port,
          user: 'root',
          database: 'clients',
        });
        const wrong: string[] = [];
        for (const { sql, errno } of statementsOf(readFileSync(new URL(file, folder), 'utf8'))) {
          try {
            await (prepared ? connection.execute(sql) : connection.query(sql));
            if (errno !== undefined) wrong.push(`${sql}\n  was answered instead of error ${errno}`);
          } catch (error) {
            const failure = error as { errno?: number; message: string };
            if (failure.errno !== errno) wrong.push(`${sql}\n  ${failure.errno}: ${failure.message}`);
          }
        }
        await connection.end();
        assert.equal(wrong.join('\n'), '');
      });
    }
  }
});
