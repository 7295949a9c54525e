import { strict as assert } from 'node:assert';
import { compareHosts, hostMatches, reachesBeyondLoopback } from '../../../src/catalog/host-pattern.ts';

describe('catalog: hosts of accounts', () => {
  const matching: readonly (readonly [pattern: string, host: string])[] = [
    ['%', '10.1.2.3'],
    ['%', '2001:db8::1'],
    ['10.1.2.3', '10.1.2.3'],
    ['localhost', '127.0.0.1'],
    ['localhost', '::1'],
    ['localhost', 'localhost'],
    ['LOCALHOST', '127.0.0.1'],
    ['10.1.%', '10.1.2.3'],
    ['10.1.2._', '10.1.2.3'],
    ['10.1.2.%_', '10.1.2.33'],
    ['10.1.0.0/255.255.0.0', '10.1.200.3'],
    ['10.1.0.0/16', '10.1.200.3'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['2001:db8::/32', '2001:db8:5::1'],
    ['DB_.Example', 'db1.example'],
  ];
  const different: readonly (readonly [pattern: string, host: string])[] = [
    ['10.1.2.3', '10.1.2.30'],
    ['localhost', '10.1.2.3'],
    ['127.0.0.1', '10.1.2.3'],
    ['10.1.%', '10.10.2.3'],
    ['10.1.2._', '10.1.2.33'],
    ['10.1\\_%', '10.1x'],
    ['10.1.0.0/255.255.0.0', '10.2.0.3'],
    ['10.1.0.0/16', '10.2.0.3'],
    ['10.1.0.0/33', '10.1.0.0'],
    ['10.1.0.0/255.0.255.0', '10.1.0.0'],
    ['db.example', '10.1.2.3'],
    ['1.1.1.1', '1x1.1.1'],
    ['(a+)+%', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'],
  ];
  for (const [pattern, host] of matching) {
    it(`${pattern} covers ${host}`, () => assert.equal(hostMatches(pattern, host), true));
  }
  for (const [pattern, host] of different) {
    it(`${pattern} does not cover ${host}`, () => assert.equal(hostMatches(pattern, host), false));
  }

  it('tries the most specific first', () => {
    const hosts = ['%', '10.%', '10.1.%', '10.0.0.0/8', '10.1.0.0/16', 'localhost', '10.1.2.3'];
    assert.deepEqual([...hosts].sort(compareHosts), [
      '10.1.2.3',
      'localhost',
      '10.1.0.0/16',
      '10.0.0.0/8',
      '10.1.%',
      '10.%',
      '%',
    ]);
  });

  it('tells which hosts others can come from', () => {
    assert.deepEqual(['localhost', '127.0.0.1', '::1', '127.%', '127.0.0.%'].map(reachesBeyondLoopback), [
      false,
      false,
      false,
      false,
      false,
    ]);
    assert.deepEqual(['%', '10.1.2.3', '12%', '1%', '0.0.0.0/0'].map(reachesBeyondLoopback), [
      true,
      true,
      true,
      true,
      true,
    ]);
  });
});
