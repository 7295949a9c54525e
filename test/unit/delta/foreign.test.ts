import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Action, AddFile } from '../../../src/offline/delta/actions.ts';
import { serializeDeletionVector } from '../../../src/offline/delta/deletion-vector.ts';
import { type DeltaField, printSchema } from '../../../src/offline/delta/delta-schema.ts';
import { openForeign } from '../../../src/offline/delta/foreign.ts';
import { writeCommit } from '../../../src/offline/delta/log-files.ts';
import { PositionSet } from '../../../src/offline/delta/roaring.ts';
import { encodeZ85 } from '../../../src/offline/delta/z85.ts';
import { rowsOfBatch } from '../../../src/types/batch.ts';
import { longtext } from '../../../src/types/sql-type.ts';
import type { Row } from '../../../src/types/value.ts';
import { type Gateway, openGateway } from './harness.ts';

const field = (name: string, type: DeltaField['type'], id: number): DeltaField => ({
  name,
  type,
  nullable: true,
  metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `col-${id}` },
});
const primitive = (name: string): DeltaField['type'] => ({ kind: 'primitive', name });

const fields: DeltaField[] = [
  field('id', primitive('long'), 1),
  field(
    'place',
    {
      kind: 'struct',
      fields: [field('city', primitive('string'), 3), field('code', primitive('integer'), 4)],
    },
    2,
  ),
  field(
    'tags',
    {
      kind: 'array',
      element: {
        kind: 'struct',
        fields: [field('k', primitive('string'), 6), field('v', primitive('long'), 7)],
      },
      containsNull: true,
    },
    5,
  ),
  field(
    'counts',
    { kind: 'map', key: primitive('string'), value: primitive('long'), valueContainsNull: true },
    8,
  ),
  field('day', primitive('date'), 9),
  field('later', primitive('string'), 10),
];

describe('foreign Delta tables', () => {
  let gateway: Gateway;
  let root: string;

  beforeEach(async () => {
    gateway = await openGateway();
    root = path.join(gateway.directory, 'offline', 'foreign');
    mkdirSync(path.join(root, '_delta_log'), { recursive: true });
    mkdirSync(path.join(root, "day='1'"));
  });

  afterEach(() => gateway.close());

  const add = (file: string, day: string | null, more: Partial<AddFile> = {}): Action => ({
    kind: 'add',
    add: {
      path: file,
      partitionValues: { 'col-9': day },
      size: 1,
      modificationTime: 1,
      dataChange: true,
      ...more,
    },
  });

  async function create(mode: 'name' | 'id', adds: readonly Action[]): Promise<void> {
    const configuration = { 'delta.columnMapping.mode': mode };
    await writeCommit(
      root,
      0,
      [
        {
          kind: 'protocol',
          protocol: {
            minReaderVersion: 3,
            minWriterVersion: 7,
            readerFeatures: ['columnMapping', 'deletionVectors', 'typeWidening'],
            writerFeatures: ['columnMapping', 'deletionVectors', 'typeWidening'],
          },
        },
        {
          kind: 'metaData',
          metaData: {
            id: 'x',
            format: { provider: 'parquet', options: {} },
            schemaString: printSchema(fields),
            partitionColumns: ['day'],
            configuration,
          },
        },
        ...adds,
      ],
      1,
    );
  }

  async function read(): Promise<Row[]> {
    const table = await openForeign(root, gateway.duck);
    const relation = await table.relation();
    const list = fields.map((_, index) => `c${index}::VARCHAR`).join(', ');
    const types = fields.map(() => longtext);
    const { batches } = await gateway.duck.run(
      `SELECT ${list} FROM (${relation.sql}) ORDER BY c0`,
      relation.parameters,
      types,
    );
    const rows: Row[] = [];
    for await (const batch of batches) rows.push(...rowsOfBatch(batch));
    relation.release();
    return rows;
  }

  const place = `{'col-3': 'Graz', 'col-4': 8010::SMALLINT}`;

  it('maps names at every level, fills what a file lacks, casts what was narrower', async () => {
    const data = path.join(root, "day='1'", 'a b.parquet').replaceAll("'", "''");
    await gateway.duck.execute(
      `COPY (SELECT 1::INTEGER AS "col-1", ${place} AS "col-2", [{'col-7': 5::INTEGER}, NULL] AS "col-5", MAP {'x': 1::INTEGER} AS "col-8"
        UNION ALL SELECT 2, NULL, NULL, NULL) TO '${data}' (FORMAT parquet)`,
    );
    await gateway.duck.execute(
      `COPY (SELECT 3::BIGINT AS "col-1", 'now' AS "col-10") TO '${path.join(root, 'b.parquet')}' (FORMAT parquet)`,
    );
    await create('name', [add("day='1'/a%20b.parquet", '2024-02-29'), add('b.parquet', '')]);
    assert.deepEqual(await read(), [
      ['1', '{"city":"Graz","code":8010}', '[{"k":null,"v":5},null]', '{"x":1}', '2024-02-29', null],
      ['2', null, null, null, '2024-02-29', null],
      ['3', null, null, null, null, 'now'],
    ]);
  });

  it('maps by field id whatever the names are', async () => {
    const target = path.join(root, 'a.parquet');
    await gateway.duck.execute(
      `COPY (SELECT 7::BIGINT AS other, 'text' AS id) TO '${target}' (FORMAT parquet, FIELD_IDS {other: 1, id: 10})`,
    );
    await create('id', [add('a.parquet', null)]);
    assert.deepEqual(await read(), [['7', null, null, null, null, 'text']]);
  });

  it('honours inline deletion vectors, and many files with one each', async () => {
    const bytes = serializeDeletionVector(PositionSet.of([0, 2]));
    const deletionVector = {
      storageType: 'i' as const,
      pathOrInlineDv: encodeZ85(bytes),
      sizeInBytes: bytes.length,
      cardinality: 2,
    };
    const adds: Action[] = [];
    for (let file = 0; file < 9; file++) {
      const target = path.join(root, `f${file}.parquet`);
      await gateway.duck.execute(
        `COPY (SELECT (${file * 10} + i)::BIGINT AS "col-1" FROM range(4) t(i) ORDER BY i) TO '${target}' (FORMAT parquet)`,
      );
      adds.push(add(`f${file}.parquet`, null, { deletionVector, stats: '{"numRecords":4}' }));
    }
    await create('name', adds);
    const ids = (await read()).map(([id]) => Number(id));
    assert.deepEqual(ids, Array.from({ length: 9 }, (_, file) => [file * 10 + 1, file * 10 + 3]).flat());
  });

  it('says when there is no table', async () => {
    await assert.rejects(openForeign(path.join(root, 'nowhere'), gateway.duck), /no Delta table/);
  });
});
