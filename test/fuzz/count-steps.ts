/**
 * What reading hostile texts costs, counted: how often the blocks of the parser's code run, the same on every
 * machine. A process of its own, since only code that was compiled after counting began is counted by blocks.
 * Prints `{name: [steps of a text, steps of one four times as long]}`.
 */
import { Session } from 'node:inspector/promises';
import { scanShape } from '../../src/sql/shape.ts';
import { hostileTexts } from './hostile.ts';
import { readAll } from './read-all.ts';

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

async function count(work: () => void): Promise<number> {
  // Taking the counts sets them to zero.
  await session.post('Profiler.takePreciseCoverage');
  work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  let steps = 0;
  for (const { url, functions } of result) {
    if (!url.includes('/src/sql/')) continue;
    for (const { ranges } of functions) for (const range of ranges) steps += range.count;
  }
  return steps;
}

/** What the counting must tell from the others. */
const quadratic = (size: number): void => {
  for (let start = 0; start < size; start += 4) scanShape(`SELECT ${'a, '.repeat(start)}`);
};

const counted: Record<string, readonly [number, number]> = {};
for (const { name, text } of hostileTexts) {
  counted[name] = [await count(() => readAll(text(200))), await count(() => readAll(text(800)))];
}
counted.quadratic = [await count(() => quadratic(200)), await count(() => quadratic(800))];
session.disconnect();
process.stdout.write(JSON.stringify(counted));
