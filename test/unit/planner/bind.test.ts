/** What the binder decides besides routes: parameters, schemas, assignments, columns, filters. */
import assert from 'node:assert/strict';
import { compile } from '../../../src/planner/evaluator/compile.ts';
import { explainPlan, explainText } from '../../../src/planner/explain.ts';
import { planExpressions } from '../../../src/planner/plan-statement.ts';
import { rewrite } from '../../../src/planner/rewrite/rewrite.ts';
import { relationsRead } from '../../../src/planner/route/route.ts';
import { parseExpressionText } from '../../../src/sql/parse/parse.ts';
import { bigint, double, typeText, varchar } from '../../../src/types/sql-type.ts';
import { factsFor, planText, shop, table } from './planner-fixture.ts';

function query(text: string) {
  const { plan } = planText(text);
  assert.ok('route' in plan);
  return plan;
}

const columnsOf = (text: string): string[] => query(text).columns.map(({ name }) => name);

describe('binder: columns of results', () => {
  const labels: readonly (readonly [string, readonly string[]])[] = [
    ['SELECT ID, users.Name, (age), age + 1, age+1 AS x FROM users', ['ID', 'Name', 'age', 'age + 1', 'x']],
    ["SELECT 'abc', NULL, COUNT(*) FROM users", ['abc', 'NULL', 'COUNT(*)']],
    ['SELECT * FROM codes', ['code', 'label']],
    ['SELECT c.* , 1 FROM codes c', ['code', 'label', '1']],
    [
      'SELECT * FROM codes c JOIN (SELECT code, 1 AS one FROM codes) d USING (code)',
      ['code', 'label', 'one'],
    ],
    ['SELECT * FROM codes NATURAL JOIN (SELECT code, 1 AS one FROM codes) d', ['code', 'label', 'one']],
    ['SELECT * FROM user_orders', ['name', 'total', 'order_id']],
    [
      'SELECT * FROM codes CHANGES SINCE 3',
      ['code', 'label', '_change_type', '_commit_version', '_commit_timestamp'],
    ],
    ['WITH c(a, b) AS (SELECT 1, 2) SELECT * FROM c', ['a', 'b']],
    ['SELECT a FROM (SELECT 1) AS d(a)', ['a']],
    ['VALUES ROW(1, 2)', ['column_0', 'column_1']],
    ['SELECT _row_version FROM users', ['_row_version']],
  ];
  for (const [text, expected] of labels) it(text, () => assert.deepEqual(columnsOf(text), expected));

  it('tells where a plain column comes from, through aliases', () => {
    assert.deepEqual(query('SELECT u.id AS x FROM users u').columns[0]!.origin, {
      database: 'shop',
      table: 'u',
      originalTable: 'users',
      originalName: 'id',
      flags: 0x5002,
    });
  });

  it('tells the alias of a derived table for a computed column', () => {
    const { origin } = query('SELECT one FROM (SELECT 1 AS one) AS d').columns[0]!;
    assert.deepEqual([origin?.table, origin?.database, origin?.originalTable], ['d', '', '']);
  });

  it('makes columns of the optional side of an outer join nullable', () => {
    const plan = query('SELECT o.id, u.id FROM orders o LEFT JOIN users u ON u.id = o.user_id');
    assert.deepEqual(
      plan.columns.map(({ nullable }) => nullable),
      [false, true],
    );
  });

  it('unifies the types of a union', () => {
    const [column] = query("SELECT 1 AS a UNION SELECT 'abc'").columns;
    assert.equal(typeText(column!.type), 'varchar(20)');
  });
});

describe('binder: parameters', () => {
  it('tells which literals shaped the plan', () => {
    assert.deepEqual(planText('SELECT name FROM users WHERE id = 5 LIMIT 3').lookedAt, []);
    assert.deepEqual(planText('SELECT age + 1 FROM users WHERE id = 5').lookedAt, [0]);
    assert.deepEqual(planText('SELECT age + 1 AS x FROM users WHERE id = 5 ORDER BY 1').lookedAt, [2]);
    assert.deepEqual(planText("SELECT 'abc' AS x").lookedAt, [0]);
    assert.deepEqual(planText('SELECT name FROM users AS OF 7 WHERE id = 1').lookedAt, [0]);
    assert.deepEqual(planText('SELECT ROUND(balance, 1) AS b FROM users').lookedAt, [0]);
    assert.deepEqual(planText('SELECT age + 1 AS a FROM users GROUP BY age + 1').lookedAt, [0, 1]);
  });

  it('types a ? by what it stands beside', () => {
    const types = (text: string): string[] => [...planText(text).parameterTypes.values()].map(typeText);
    assert.deepEqual(types('SELECT name FROM users WHERE id = ? AND name = ? LIMIT ?'), [
      'int',
      'varchar(50)',
      'bigint unsigned',
    ]);
    assert.deepEqual(types('INSERT INTO codes VALUES (?, ?)'), ['varchar(20)', 'varchar(40)']);
    assert.deepEqual(types('UPDATE users SET age = ? WHERE id IN (?, ?)'), ['int', 'int', 'int']);
  });

  it('takes the type that the client gave a ?', () => {
    const planned = planText('SELECT name FROM users WHERE id = ?', {
      placeholder: () => ({ type: double, value: 5 }),
    });
    assert.equal(planned.parameterTypes.get(0), double);
    assert.ok('route' in planned.plan && planned.plan.route === 'point');
  });

  it('takes an integer ? of AS OF for a version, text for a time', () => {
    const point = (type: typeof double, value: number | bigint | string) => {
      const { plan } = planText('SELECT id FROM users AS OF ?', { placeholder: () => ({ type, value }) });
      assert.ok('route' in plan);
      const [from] = relationsRead(plan.query);
      return from?.kind === 'table' ? from.asOf?.kind : undefined;
    };
    assert.equal(point(bigint(), 7n), 'version');
    assert.equal(point(double, 7), 'version');
    assert.equal(point(varchar(30), '2021-01-01'), 'timestamp');
  });
});

describe('binder: history', () => {
  it('binds a table by the schema that it had', () => {
    assert.throws(() => planText('SELECT email FROM users AS OF VERSION 3'), /Unknown column 'email'/);
    assert.equal(columnsOf('SELECT email FROM users AS OF VERSION 5').length, 1);
    assert.equal(columnsOf('SELECT * FROM users AS OF VERSION 3').length, 6);
  });

  it('applies the point of the session to every table that names none', () => {
    const { plan } = planText('SELECT * FROM user_orders JOIN codes AS OF 4 ON 1', {
      asOf: { kind: 'version', version: 2 },
    });
    assert.ok('route' in plan);
    const points = relationsRead(plan.query).map((from) => (from.kind === 'table' ? from.asOf?.at : null));
    const values = points.map((at) => (at?.kind === 'literal' ? at.value : 'parameter'));
    assert.deepEqual(values, [2n, 2n, 'parameter']);
  });

  it('applies the point beside a view to the tables in it', () => {
    const plan = query('SELECT * FROM user_orders AS OF VERSION 3');
    assert.ok(relationsRead(plan.query).every((from) => from.kind === 'table' && from.asOf !== null));
  });

  it('refuses to write in the past', () => {
    assert.throws(
      () => planText('DELETE FROM codes', { asOf: { kind: 'version', version: 2 } }),
      /READ ONLY/,
    );
  });
});

describe('binder: writes', () => {
  it('lets later assignments see earlier ones', () => {
    const { plan } = planText('UPDATE users SET age = age + 1, balance = age WHERE id = 5');
    assert.ok(!('route' in plan) && plan.kind === 'update');
    assert.ok(plan.source.route === 'point');
    const env = {
      column: () => 41,
      parameter: () => 1n,
      context: () => null,
      zoneMinutes: () => 0,
      warn: () => undefined,
    };
    const [target] = plan.targets;
    assert.ok(target?.values.kind === 'exprs');
    const values = target.values.exprs.map((item) => compile(item)(env));
    assert.deepEqual(values.map(Number), [42, 42]);
    assert.deepEqual(target.assigned, [2, 4]);
  });

  it('fills columns, defaults and both rows of ON DUPLICATE KEY UPDATE', () => {
    const { plan } = planText(
      'INSERT INTO order_lines (order_id, line, qty) VALUES (1, 2, DEFAULT) AS new ON DUPLICATE KEY UPDATE qty = order_lines.qty + new.qty, item = VALUES(item)',
    );
    assert.ok(!('route' in plan) && plan.kind === 'insert' && plan.onDuplicate !== null);
    assert.deepEqual(plan.columns, [0, 1, 3]);
    assert.ok(plan.source.kind === 'values');
    assert.equal(plan.source.rows[0]![2], 'default');
    const { existing, proposed, assignments } = plan.onDuplicate;
    const env = {
      column: (relation: number, column: number) =>
        relation === existing ? 10 : relation === proposed && column === 2 ? 'x' : 3,
      parameter: () => null,
      context: () => null,
      zoneMinutes: () => 0,
      warn: () => undefined,
    };
    const values = assignments.map(({ value }) => (value === 'default' ? value : compile(value)(env)));
    assert.deepEqual(values, [13n, 'x']);
  });
});

describe('rewrite', () => {
  it('computes the columns that are read', () => {
    const plan = query('SELECT name FROM users WHERE age > 3 ORDER BY created');
    const [from] = relationsRead(plan.query);
    assert.ok(from?.kind === 'table');
    assert.deepEqual(from.columnsUsed, [1, 2, 3]);
  });

  it('pushes conditions to the relations that they read, but not past an outer join', () => {
    const filters = (text: string): Record<string, number> => {
      const found: Record<string, number> = {};
      for (const from of relationsRead(query(text).query)) {
        if (from.kind === 'table') found[from.table.name] = from.filters.length;
      }
      return found;
    };
    assert.deepEqual(
      filters(
        'SELECT 1 FROM users u JOIN orders o ON u.id = o.user_id AND o.total > 1 WHERE u.age > 1 AND o.id > 2',
      ),
      {
        users: 1,
        orders: 2,
      },
    );
    assert.deepEqual(
      filters(
        'SELECT 1 FROM users u LEFT JOIN orders o ON u.age = 3 AND o.total > 1 WHERE u.age > 1 AND o.id IS NULL',
      ),
      {
        users: 1,
        orders: 1,
      },
    );
    assert.deepEqual(
      filters('SELECT 1 FROM (SELECT age, COUNT(*) AS c FROM users GROUP BY age) d WHERE age > 1 AND c > 2'),
      {
        users: 1,
      },
    );
    assert.deepEqual(filters('SELECT 1 FROM (SELECT id FROM users LIMIT 3) d WHERE id > 1'), { users: 0 });
    assert.deepEqual(filters('SELECT 1 FROM (SELECT id, ROW_NUMBER() OVER () r FROM users) d WHERE id > 1'), {
      users: 0,
    });
    assert.deepEqual(
      filters(
        'SELECT 1 FROM orders o ASOF JOIN visits v ON o.user_id = v.user_id AND o.placed >= v.ts WHERE v.page = 1 AND o.id = 1',
      ),
      { orders: 1, visits: 0 },
    );
  });

  it('changes nothing when it runs again but for repeated filters', () => {
    const plan = query('SELECT u.name FROM users u JOIN orders o ON u.id = o.user_id WHERE o.id = 7');
    const again = rewrite(plan.query);
    assert.deepEqual(again.columns, plan.query.columns);
    assert.equal(relationsRead(again).length, 2);
  });
});

describe('explain', () => {
  const lines = (text: string): string[] => explainPlan(planText(text).plan).map(explainText);

  it('shows lookups with their keys', () => {
    assert.deepEqual(
      lines('SELECT u.name FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id = 7 AND u.age > 3'),
      [
        'route: point (all primary key columns of orders, users are fixed by =)',
        '  lookup shop.orders: id = ?',
        '  lookup shop.users: id = user_id',
        '  filter age > ?',
      ],
    );
  });

  it('shows points, columns and what is pushed down', () => {
    assert.deepEqual(lines('SELECT COUNT(*) FROM users AS OF VERSION 7 WHERE age > 3'), [
      'route: scan (an aggregate)',
      '  table shop.users AS OF VERSION ?',
      '    columns: age',
      '    pushed down: age > ?',
      '  where age > ?',
    ]);
  });
});

describe('keys', () => {
  it('keeps the conversions that a value itself is made of', () => {
    const daily = table(
      'daily',
      [
        { name: 'day', type: { kind: 'date' } },
        { name: 'n', type: bigint() },
      ],
      ['day'],
    );
    const catalog = shop.apply([{ kind: 'putRelation', relation: daily }], 6);
    const { plan } = planText('SELECT n FROM daily WHERE day = CURDATE()', { catalog });
    assert.ok('route' in plan && plan.route === 'point');
    assert.equal(plan.lookups[0]!.key[0]!.type.kind, 'date');
  });

  it('repeats lookups for lists of composite keys and tests the rows again', () => {
    const plan = query('SELECT item FROM order_lines WHERE (order_id, line) IN ((1, 2), (3, 4))');
    assert.ok(plan.route === 'point' && plan.filter !== null);
    assert.deepEqual(
      plan.lookups[0]!.alternatives.map(({ values }) => values.length),
      [2, 2],
    );
  });
});

describe('planExpressions', () => {
  it('plans the values of SET without a table', () => {
    const { plan } = planExpressions([parseExpressionText("CONCAT(@@version, ',x')")], factsFor(''));
    assert.equal(plan.route, 'constant');
  });
});
