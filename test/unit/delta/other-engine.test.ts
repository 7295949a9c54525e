import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { TableDef } from '../../../src/catalog/schema.ts';
import {
  bigint,
  date,
  datetime,
  decimal,
  double,
  int,
  json,
  time,
  timestamp,
  varchar,
} from '../../../src/types/sql-type.ts';
import type { Row } from '../../../src/types/value.ts';
import {
  change,
  column,
  commit,
  createTable,
  type Gateway,
  Model,
  openGateway,
  stateOf,
  tableDef,
} from './harness.ts';

const python = process.env.TIDEGATE_PYTHON ?? 'python3';

function hasDeltalake(): boolean {
  try {
    execFileSync(python, ['-c', 'import deltalake, pyarrow'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const allTypes = (): TableDef =>
  tableDef(1, 'every type', [
    column(1, 'id', bigint(), { nullable: false }),
    column(2, 'tiny', { kind: 'tinyint', unsigned: true }),
    column(3, 'int', int(true)),
    column(4, 'big', bigint(true)),
    column(5, 'price', decimal(20, 4)),
    column(6, 'ratio', double),
    column(7, 'text', varchar(100)),
    column(8, 'bytes', { kind: 'varbinary', length: 20 }),
    column(9, 'day', date),
    column(10, 'wall', datetime(6)),
    column(11, 'instant', timestamp(6)),
    column(12, 'duration', time(6)),
    column(13, 'doc', json),
    column(14, 'flags', { kind: 'bit', length: 64 }),
    column(15, 'filename', varchar(10)),
    column(16, 'year', { kind: 'year' }),
    column(17, 'float', { kind: 'float' }),
  ]);

const rowOf = (id: number): Row => [
  BigInt(id),
  200 + id,
  4_000_000_000 + id,
  18_446_744_073_709_551_000n + BigInt(id),
  `${id}.2500`,
  id / 3,
  `text ${id} 😀`,
  Uint8Array.of(id, 0, 255),
  19_000 + id,
  1_700_000_000_123_456n + BigInt(id),
  1_600_000_000_654_321n + BigInt(id),
  -3_600_000_001n * BigInt(id),
  `{"a":${id}}`,
  2n ** 63n + BigInt(id),
  `f${id}`,
  2000 + id,
  id / 4,
];

describe('tables as files', () => {
  let gateway: Gateway;
  let table: TableDef;
  let model: Model;
  let versions: number[];

  before(async () => {
    gateway = await openGateway({ dataFileRows: 100 });
    table = await createTable(gateway, allTypes());
    model = new Model(table);
    versions = [];
    const write = async (rows: readonly (readonly [id: number, row: Row | null])[]): Promise<void> => {
      const changes = rows.map(([id, after]) => {
        const known = model.get(BigInt(id));
        return change(table, known?.row ?? null, after, known?.version ?? 0);
      });
      const { version } = await commit(gateway, [{ table, changes }]);
      model.apply(changes, version);
      versions.push(version);
    };
    await write(Array.from({ length: 20 }, (_, id) => [id, rowOf(id)]));
    await write([[20, [20n, ...table.columns.slice(1).map(() => null)]]]);
    await gateway.offline.flush();
    await write([
      [3, rowOf(3).map((value, index) => (index === 6 ? 'changed' : value))],
      [4, null],
      [21, rowOf(21)],
    ]);
    await write([
      [21, null],
      [22, rowOf(22)],
    ]);
    await gateway.offline.flush();
  });

  after(() => gateway.close());

  it('keep every value of every type', async () => {
    for (const version of versions)
      assert.deepEqual(await stateOf(gateway, table, version), model.state(version));
  });

  it('are read by delta-rs, with deletion vectors and changes', function () {
    if (!hasDeltalake()) {
      console.log(`skipped: ${python} has no deltalake; name one that has it in TIDEGATE_PYTHON`);
      this.skip();
    }
    const root = path.join(gateway.directory, 'offline', 'shop', 'every.20type');
    const script = `
import json, sys
from deltalake import DeltaTable, QueryBuilder
root = sys.argv[1]
dt = DeltaTable(root)
def rows(sql):
    return [list(r.values()) for r in __import__("pyarrow").table(QueryBuilder().register("t", dt).execute(sql)).to_pylist()]
out = {}
out["version"] = dt.version()
out["rows"] = rows('SELECT id, text, big, cast(price as varchar), cast(wall as varchar), filename_c15, _row_version FROM t ORDER BY id')
cdf = __import__("pyarrow").table(dt.load_cdf(starting_version=2, ending_version=2)).to_pylist()
out["cdf"] = sorted([r["id"], r["_change_type"], r["_row_version"], r["_commit_version"]] for r in cdf)
out["features"] = [dt.protocol().reader_features, dt.protocol().writer_features]
print(json.dumps(out, default=str))
`;
    const out = JSON.parse(execFileSync(python, ['-c', script, root], { encoding: 'utf8' })) as {
      version: number;
      rows: unknown[][];
      cdf: unknown[][];
      features: string[][];
    };
    assert.equal(out.version, 2);
    const want = model.state(versions.at(-1)!);
    assert.equal(out.rows.length, want.length);
    const byId = new Map(want.map((row) => [Number(row[0]), row]));
    for (const [id, text, big, price, , filename, rowVersion] of out.rows) {
      const row = byId.get(Number(id))!;
      assert.equal(text, row[6]);
      assert.equal(big === null ? null : BigInt(String(big)), row[3]);
      assert.equal(price, row[4]);
      assert.equal(filename, row[14]);
      assert.equal(BigInt(Number(rowVersion)), row.at(-1));
    }
    const [third, fourth] = versions.slice(2).map(Number);
    assert.deepEqual(out.cdf, [
      [3, 'update_postimage', third, 2],
      [3, 'update_preimage', third, 2],
      [4, 'delete', third, 2],
      [21, 'delete', fourth, 2],
      [21, 'insert', third, 2],
      [22, 'insert', fourth, 2],
    ]);
    assert.deepEqual([...out.features[0]!].sort(), ['deletionVectors', 'timestampNtz']);
  });
});
