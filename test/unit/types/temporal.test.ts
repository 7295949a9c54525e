import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  civilOfDays,
  dateOfNumber,
  datetimeOfNumber,
  daysInMonth,
  daysOfCivil,
  formatDate,
  formatDatetime,
  formatTime,
  maxDate,
  maxDatetime,
  minDate,
  minDatetime,
  numberOfDatetime,
  parseDate,
  parseDatetime,
  parseTime,
  roundDatetime,
  roundTime,
  timeOfNumber,
} from '../../../src/types/temporal.ts';

const days = fc.integer({ min: minDate, max: maxDate });
const datetimes = fc.bigInt({ min: minDatetime, max: maxDatetime });
const times = fc.bigInt({ min: -3_020_399_000_000n, max: 3_020_399_000_000n });

describe('temporal values', () => {
  it('agrees with the calendar of the runtime', () => {
    fc.assert(
      fc.property(days, (value) => {
        const expected = new Date(value * 86_400_000);
        const { year, month, day } = civilOfDays(value);
        assert.deepEqual(
          [year, month, day],
          [expected.getUTCFullYear(), expected.getUTCMonth() + 1, expected.getUTCDate()],
        );
        assert.equal(daysOfCivil(year, month, day), value);
        assert.ok(day <= daysInMonth(year, month));
      }),
      { numRuns: 2000 },
    );
    assert.equal(daysOfCivil(2024, 14, 1), daysOfCivil(2025, 2, 1), 'months carry');
    assert.equal(daysOfCivil(2024, 0, 31), daysOfCivil(2023, 12, 31));
  });

  it('parses what it formats', () => {
    fc.assert(
      fc.property(days, datetimes, times, (day, us, time) => {
        assert.equal(parseDate(formatDate(day)), day);
        assert.equal(parseDatetime(formatDatetime(us, 6)), us);
        assert.equal(parseTime(formatTime(time, 6)), time);
        const whole = roundDatetime(us - 500_000n, 0);
        if (whole >= parseDatetime('1000-01-01')!)
          assert.equal(datetimeOfNumber(numberOfDatetime(us)), whole);
      }),
      { numRuns: 2000 },
    );
  });

  it('formats the ends of the ranges', () => {
    assert.equal(formatDate(minDate), '0001-01-01');
    assert.equal(formatDatetime(maxDatetime, 6), '9999-12-31 23:59:59.999999');
    assert.equal(formatDatetime(-1n, 3), '1969-12-31 23:59:59.999');
    assert.equal(formatTime(-3_020_399_000_000n, 0), '-838:59:59');
    assert.equal(formatTime(-500_000n, 1), '-00:00:00.5');
    assert.equal(formatTime(0n, 2), '00:00:00.00');
  });

  it('rounds fractions', () => {
    assert.equal(roundDatetime(1_500_000n, 0), 2_000_000n);
    assert.equal(roundDatetime(-500_000n, 0), 0n, 'later, also before 1970');
    assert.equal(roundDatetime(-500_001n, 0), -1_000_000n);
    assert.equal(roundDatetime(1_234_567n, 4), 1_234_600n);
    assert.equal(roundTime(-500_000n, 0), -1_000_000n, 'away from zero');
  });

  it('knows the forms of literals', () => {
    const expected = parseDatetime('2021-06-23 00:15:00')!;
    assert.equal(formatDatetime(expected, 0), '2021-06-23 00:15:00');
    const forms = [
      '20210623001500',
      '210623001500',
      '2021-06-23T00:15:00',
      '20210623T001500',
      '2021/6/23 0:15',
      '2021-06-23 02:15:00+02:00',
      '2021-06-22 20:15:00-04:00',
      '  2021-06-23 00:15:00.0000001 ',
    ];
    for (const form of forms) assert.equal(parseDatetime(form), expected, form);
    assert.equal(parseDatetime('2021-06-23 00:15:00+00:00', { zoneMinutes: 120 }), expected + 7_200_000_000n);
    assert.equal(parseDatetime('2021-06-23 00:14:59.94', { fsp: 1 }), expected - 100_000n);
    assert.equal(parseDatetime('2021-06-23 00:14:59.95', { fsp: 1 }), expected);
    assert.equal(parseDatetime('2021-06-23 00:14:59.95', { fsp: 0 }), expected);
  });

  it('refuses what is no date', () => {
    const bad = [
      '',
      'abc',
      '2021-13-01',
      '2021-02-29',
      '0000-01-01',
      '2021-00-10',
      '2021-06-23 24:00:00',
      '2021-06-23 00:60:00',
      '2021-06-23 00:00:00x',
      '2021-06-23 00:00:00+15:00',
      '9999-12-31 23:59:59.9999999',
      '2021',
    ];
    for (const text of bad) assert.equal(parseDatetime(text), undefined, text);
    assert.equal(parseDatetime('2021-06-23x', { lenient: true }), parseDatetime('2021-06-23'));
    assert.equal(parseDatetime('x2021-06-23', { lenient: true }), undefined);
  });

  it('reads numbers', () => {
    assert.equal(dateOfNumber(20210623n), parseDate('2021-06-23'));
    assert.equal(dateOfNumber(690101n), parseDate('2069-01-01'));
    assert.equal(dateOfNumber(700101n), parseDate('1970-01-01'));
    assert.equal(datetimeOfNumber(20210623001500n, '5'), parseDatetime('2021-06-23 00:15:00.5'));
    assert.equal(datetimeOfNumber(101000000n), parseDatetime('2000-01-01'));
    for (const bad of [0n, 100n, 991332n, 20211301n, 99999999999999n, 20210623246060n]) {
      assert.equal(datetimeOfNumber(bad), undefined, String(bad));
    }
    assert.equal(timeOfNumber(-101112n), parseTime('-10:11:12'));
    assert.equal(timeOfNumber(8385959n), parseTime('838:59:59'));
    assert.equal(timeOfNumber(8396000n), undefined);
    assert.equal(timeOfNumber(20210623101112n), parseTime('10:11:12'));
  });

  it('reads times', () => {
    const forms: [string, string][] = [
      ['1 2:3:4', '26:03:04'],
      ['1 2', '26:00:00'],
      ['12:30', '12:30:00'],
      ['1112', '00:11:12'],
      ['12', '00:00:12'],
      ['10:11:12.', '10:11:12'],
      ['-10:11:12', '-10:11:12'],
      ['2021-06-23 10:11:12', '10:11:12'],
      ['20210623101112', '10:11:12'],
    ];
    for (const [text, expected] of forms) {
      const us = parseTime(text);
      assert.equal(us === undefined ? us : formatTime(us, 0), expected, text);
    }
    for (const bad of ['', 'x', '10:60', '1 24:00:00', '839:00:00', '10:11:12x', '--1']) {
      assert.equal(parseTime(bad), undefined, bad);
    }
  });
});
