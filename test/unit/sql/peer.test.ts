import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TableName } from '../../../src/sql/ast.ts';
import { parse } from '../../../src/sql/parse/parse.ts';
import type { Statement } from '../../../src/sql/statement.ts';
import { walk } from '../../../src/sql/walk.ts';

/** node-sql-parser is CommonJS without usable types under nodenext; this is the part of it that is used. */
interface PeerParser {
  tableList(sql: string, options: { database: string }): string[];
}
const require = createRequire(import.meta.url);
const { Parser } = require('node-sql-parser') as { Parser: new () => PeerParser };

const corpus = readFileSync(new URL('../../parse/identity.sql', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '));

const more = [
  'SELECT o.id, c.name, SUM(i.qty * i.price) AS total FROM orders o JOIN customers c ON o.cid = c.id LEFT JOIN items i ON i.oid = o.id WHERE o.day >= "2020-01-01" GROUP BY o.id, c.name HAVING total > 100 ORDER BY total DESC LIMIT 20',
  'SELECT * FROM (SELECT a, COUNT(*) AS n FROM x GROUP BY a) s WHERE n > (SELECT AVG(m) FROM y)',
  'SELECT a FROM t1 WHERE EXISTS (SELECT 1 FROM t2 WHERE t2.id = t1.id AND t2.b IN (SELECT b FROM t3))',
  'INSERT INTO log (a, b) SELECT a, b FROM src WHERE c = 1',
  'UPDATE acc SET v = v - 1 WHERE id = 5',
  'DELETE FROM sess WHERE exp < NOW()',
  'SELECT a FROM t1 UNION SELECT b FROM t2 UNION ALL SELECT c FROM t3',
  'SELECT CASE WHEN a > 1 THEN "x" ELSE "y" END FROM t ORDER BY 1',
  'SELECT DATE_FORMAT(d, "%Y") AS y, COUNT(DISTINCT u) FROM ev WHERE d BETWEEN "2020" AND "2021" GROUP BY y',
];

/** Names of tables that a statement reads or writes, common tables left out. */
function tables(statement: Statement): { names: string[]; common: ReadonlySet<string> } {
  const names = new Set<string>();
  const common = new Set<string>();
  const add = (name: TableName): void => {
    names.add(name.name);
  };
  walk(statement, (node) => {
    if ('ctes' in node) for (const cte of node.ctes as readonly { name: string }[]) common.add(cte.name);
    if ('kind' in node && node.kind === 'table' && 'name' in node) add(node.name as TableName);
    if ('kind' in node && node.kind === 'insert' && 'table' in node) add(node.table as TableName);
    return true;
  });
  return { names: [...names].filter((name) => !common.has(name)).sort(), common };
}

/** It leaves out the tables of a join in parentheses on the right side. */
const wrongLists: ReadonlySet<string> = new Set([
  'SELECT * FROM (a, b) LEFT JOIN (c, d) ON a.x = c.x AND b.x = d.x',
  'SELECT * FROM ((a JOIN b ON a.x = b.x)) JOIN (c JOIN d USING (z)) ON a.y = c.y',
]);

describe('sql: against node-sql-parser', () => {
  const peer = new Parser();
  let accepted = 0;
  let compared = 0;
  for (const text of [...corpus, ...more]) {
    if (!/^\(?(SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH)\b/i.test(text)) continue;
    let list: string[];
    try {
      list = peer.tableList(text, { database: 'MySQL' });
    } catch {
      continue;
    }
    accepted++;
    it(text, () => {
      const [parsed] = parse(text);
      assert.ok(parsed !== undefined);
      if (wrongLists.has(text)) return;
      compared++;
      // each entry is `operation::database::table`
      const { names, common } = tables(parsed.statement);
      const theirs = new Set(
        list.map((entry) => entry.split('::')[2] ?? '').filter((name) => !common.has(name)),
      );
      assert.deepEqual(names, [...theirs].sort());
    });
  }

  it('has been compared with it', () => {
    assert.ok(accepted > 60 && compared > 50, `${accepted} accepted, ${compared} compared`);
  });
});
