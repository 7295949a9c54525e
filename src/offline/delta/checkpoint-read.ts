import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../base/errors.ts';
import type { Action } from './actions.ts';
import { actionOf, parseCommit } from './commit-json.ts';
import { type DuckPort, fileList, queryTexts } from './duck-port.ts';
import { type CheckpointFiles, logFolder } from './log-files.ts';
import { localPath } from './paths.ts';

/** Reads a checkpoint's actions; a port, so that the log can be replayed without DuckDB. */
export interface CheckpointReader {
  read(root: string, checkpoint: CheckpointFiles): Promise<Action[]>;
}

/** Refuses checkpoints: for tables that cannot have one yet. */
export const noCheckpoints: CheckpointReader = {
  async read() {
    throw new GatewayError('STORAGE_ERROR', 'A Delta checkpoint needs DuckDB to be read');
  },
};

/**
 * Checkpoints of every form: classic and multi-part Parquet, and UUID-named v2 ones in JSON or Parquet with
 * their sidecars. Columns that a checkpoint does not have count as null.
 */
export function duckCheckpoints(duck: DuckPort): CheckpointReader {
  return {
    async read(root, checkpoint) {
      const files = checkpoint.files.map((name) => path.join(logFolder(root), name));
      const first = files[0]!;
      const actions = first.endsWith('.json')
        ? parseCommit(await readFile(first, 'utf8'))
        : await parquetActions(duck, files);
      const sidecars = actions.flatMap((action) =>
        action.kind === 'sidecar'
          ? [localPath(path.join(logFolder(root), '_sidecars'), action.sidecar.path)]
          : [],
      );
      return sidecars.length === 0 ? actions : [...actions, ...(await parquetActions(duck, sidecars))];
    },
  };
}

async function parquetActions(duck: DuckPort, files: readonly string[]): Promise<Action[]> {
  const rows = await queryTexts(
    duck,
    `SELECT to_json(t)::VARCHAR FROM read_parquet(${fileList(files)}, hive_partitioning = false, union_by_name = true) t`,
    1,
  );
  const actions: Action[] = [];
  for (const [text] of rows) {
    const action = actionOf(JSON.parse(text ?? 'null'));
    if (action !== undefined) actions.push(action);
  }
  return actions;
}
