/**
 * Loaded into a gateway of its own process (`node --expose-gc --import …`): on SIGUSR2 it collects garbage and
 * writes what memory is in use, as JSON, to the file that TIDEGATE_TEST_MEMORY_FILE names.
 */
import { renameSync, writeFileSync } from 'node:fs';

const file = process.env.TIDEGATE_TEST_MEMORY_FILE;
if (file === undefined || globalThis.gc === undefined) throw new Error('needs --expose-gc and a file');
const collect = globalThis.gc;

process.on('SIGUSR2', () => {
  collect();
  // What finalizers free is freed after the collection.
  setTimeout(() => {
    collect();
    writeFileSync(`${file}.new`, JSON.stringify(process.memoryUsage()));
    renameSync(`${file}.new`, file);
  }, 200);
});
