/**
 * MySQL's own weights of the collations of Unicode 9.0, as Vitess has them, for every character. With
 * TIDEGATE_ALL_WEIGHTS=1, since it takes a Go compiler and Vitess from the Go module proxy.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collationKey } from '../../../src/types/collation.ts';

/** Prints the weights of every character: its code, a space, the weight string, both in hexadecimal digits. */
const program = `package main

import (
	"bufio"
	"fmt"
	"os"

	"vitess.io/vitess/go/mysql/collations"
	"vitess.io/vitess/go/mysql/collations/colldata"
)

func main() {
	collation := colldata.Lookup(collations.NewEnvironment("8.0.30").LookupByName(os.Args[1]))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for code := 0; code < 0x110000; code++ {
		if code < 0xd800 || code > 0xdfff {
			fmt.Fprintf(out, "%x %x\\n", code, collation.WeightString(nil, []byte(string(rune(code))), 0))
		}
	}
}
`;

/** A weight string, whose levels a zero parts, as a key. */
function keyOf(hex: string): string {
  let key = '';
  for (const unit of hex.match(/.{4}/g) ?? []) {
    const weight = Number.parseInt(unit, 16);
    if (weight === 0) key += '\u0001';
    else key += String.fromCodePoint(weight < 0xd800 ? weight : weight + 0x800);
  }
  return key;
}

describe('weights of MySQL', function () {
  this.timeout(600_000);
  let directory: string | undefined;

  before(function () {
    if (process.env.TIDEGATE_ALL_WEIGHTS !== '1') {
      this.skip();
      return;
    }
    directory = mkdtempSync(join(tmpdir(), 'tidegate-vitess-'));
    const options = {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    };
    writeFileSync(join(directory, 'main.go'), program);
    execFileSync('go', ['mod', 'init', 'weights'], options);
    execFileSync('go', ['get', 'vitess.io/vitess@v0.24.4'], options);
    execFileSync('go', ['build', '-mod=mod', '-o', 'weights', '.'], options);
  });

  after(() => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  for (const collation of ['utf8mb4_0900_ai_ci', 'utf8mb4_0900_as_ci', 'utf8mb4_0900_as_cs']) {
    it(`of every character are those of ${collation}`, () => {
      const file = join(directory!, collation);
      const command = `./weights ${collation} > ${collation}`;
      execFileSync('sh', ['-c', command], { cwd: directory! });
      const key = collationKey(collation);
      const levels = key('a').split('\u0001').length;
      for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
        const [code, weights] = line.split(' ') as [string, string];
        // Levels without a weight at the end are not in MySQL's text.
        const wanted = keyOf(weights).split('\u0001');
        while (wanted.length < levels) wanted.push('');
        const found = key(String.fromCodePoint(Number.parseInt(code, 16)));
        if (found !== wanted.join('\u0001')) assert.equal(found, wanted.join('\u0001'), `U+${code}`);
      }
    });
  }
});
