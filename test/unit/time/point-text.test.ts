import assert from 'node:assert/strict';
import { parseDatabaseName, parsePoint } from '../../../src/time/point-text.ts';
import { parseDatetime } from '../../../src/types/temporal.ts';

const quarterPast = parseDatetime('2021-06-23 00:15:00')!;

describe('points as text', () => {
  it('reads versions', () => {
    assert.deepEqual(parsePoint('12'), { kind: 'version', version: 12 });
    assert.deepEqual(parsePoint('v12'), { kind: 'version', version: 12 });
    assert.deepEqual(parsePoint('v20210623'), { kind: 'version', version: 20210623 });
    assert.equal(parsePoint('v99999999999999999'), undefined);
  });

  it('reads times', () => {
    const forms = [
      '2021-06-23 00:15:00',
      '2021-06-23T00:15:00Z',
      '20210623001500',
      '2021-06-23T02:15:00+02:00',
      '2021-06-23 00:15',
    ];
    for (const form of forms)
      assert.deepEqual(parsePoint(form), { kind: 'timestamp', us: quarterPast }, form);
    const midnight = { kind: 'timestamp', us: parseDatetime('2021-06-23')! };
    assert.deepEqual(parsePoint('20210623'), midnight);
  });

  it('reads times without a zone in the given one', () => {
    assert.deepEqual(parsePoint('2021-06-23 02:15:00', 120), { kind: 'timestamp', us: quarterPast });
    assert.deepEqual(parsePoint('2021-06-23T00:15:00Z', 120), { kind: 'timestamp', us: quarterPast });
  });

  it('refuses the rest', () => {
    for (const text of ['', 'yesterday', 'v', '-1', '2021-02-30', '1.5']) {
      assert.equal(parsePoint(text), undefined, text);
    }
  });

  it('splits database names', () => {
    assert.deepEqual(parseDatabaseName('shop@v12'), {
      database: 'shop',
      point: { kind: 'version', version: 12 },
    });
    assert.deepEqual(parseDatabaseName('a@b@2021-06-23T00:15:00Z'), {
      database: 'a@b',
      point: { kind: 'timestamp', us: quarterPast },
    });
    for (const name of ['shop', 'shop@home', '@v1', 'shop@']) {
      assert.deepEqual(parseDatabaseName(name), { database: name, point: undefined });
    }
  });
});
