import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findTimeZone, instantOf, wallClockAt } from '../../../src/time/time-zone.ts';

const us = (text: string): bigint => BigInt(Date.parse(`${text}Z`)) * 1_000n;
const iso = (at: bigint): string => new Date(Number(at / 1_000n)).toISOString().slice(0, 19);

describe('time zones', () => {
  it('offsets go from -13:59 to +14:00', () => {
    assert.equal(findTimeZone('+05:30')?.minutesAt(0n), 330);
    assert.equal(findTimeZone('-13:59')?.minutesAt(0n), -839);
    assert.equal(findTimeZone('+14:00')?.minutesAt(0n), 840);
    for (const name of ['+14:01', '-14:00', '+1', '+24:00', '', 'Mars/Base', "x' OR 1"]) {
      assert.equal(findTimeZone(name), undefined, name);
    }
  });

  it('names ignore letter case and follow the season', () => {
    const zone = findTimeZone('america/new_york');
    assert.equal(zone?.minutesAt(us('2021-07-01T00:00:00')), -240);
    assert.equal(zone?.minutesAt(us('2021-01-01T00:00:00')), -300);
    assert.equal(zone?.minutesAt(us('1969-12-31T23:59:59')), -300);
    assert.equal(findTimeZone('system')?.isUtc, true);
  });

  it('a repeated hour is the earlier one, a skipped one the jump, as in MariaDB', () => {
    const berlin = findTimeZone('Europe/Berlin')!;
    assert.equal(iso(instantOf(berlin, us('2021-10-31T02:30:00'))), '2021-10-31T00:30:00');
    assert.equal(iso(instantOf(berlin, us('2021-03-28T02:30:00'))), '2021-03-28T01:00:00');
    assert.equal(iso(instantOf(berlin, us('1969-07-01T00:00:00'))), '1969-06-30T23:00:00');
  });

  it('a wall clock of an instant leads back to an instant of that wall clock', () => {
    const zones = ['Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', '-03:30'];
    const anInstant = fc.bigInt({ min: us('1971-01-01T00:00:00'), max: us('2037-01-01T00:00:00') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), anInstant, (name, at) => {
        const zone = findTimeZone(name)!;
        const wall = wallClockAt(zone, at);
        const back = instantOf(zone, wall);
        assert.equal(wallClockAt(zone, back), wall);
        assert.ok(back <= at);
      }),
    );
  });
});
