import type { Action, AddFile, DeletionVectorDescriptor } from './actions.ts';
import type { WrittenFile } from './parquet-write.ts';
import { loosenStats } from './stats.ts';

/** What we note with a data file in the log. */
export interface FileTags {
  /** The journal's number of the file. */
  readonly fileNumber: number;
  /** The schema version of the table that wrote it. */
  readonly schemaVersion: number;
  /** The version of all rows, of a bulk file, which has no `_row_version`. */
  readonly rowVersion?: number | undefined;
}

const keys = {
  fileNumber: 'tidegate.fileNumber',
  schemaVersion: 'tidegate.schemaVersion',
  rowVersion: 'tidegate.rowVersion',
} as const;

/** The tags of a file; undefined when another writer made it. */
export function fileTagsOf(add: AddFile): FileTags | undefined {
  const fileNumber = add.tags?.[keys.fileNumber];
  const rowVersion = add.tags?.[keys.rowVersion];
  if (fileNumber === undefined) return undefined;
  return {
    fileNumber: Number(fileNumber),
    schemaVersion: Number(add.tags?.[keys.schemaVersion] ?? 0),
    ...(rowVersion === undefined ? {} : { rowVersion: Number(rowVersion) }),
  };
}

export function fileNumberOf(add: AddFile): number {
  return fileTagsOf(add)?.fileNumber ?? -1;
}

/** A new file of the table; `dataChange` false when its rows stood elsewhere before. */
export function addAction(
  file: WrittenFile,
  tags: FileTags,
  nowMs: number,
  options: {
    readonly dataChange?: boolean;
    readonly deletionVector?: DeletionVectorDescriptor | undefined;
  } = {},
): Action {
  const { deletionVector } = options;
  return {
    kind: 'add',
    add: {
      path: file.path,
      partitionValues: {},
      size: file.sizeBytes,
      modificationTime: nowMs,
      dataChange: options.dataChange ?? true,
      stats: deletionVector === undefined ? file.stats : loosenStats(file.stats),
      tags: {
        [keys.fileNumber]: String(tags.fileNumber),
        [keys.schemaVersion]: String(tags.schemaVersion),
        ...(tags.rowVersion === undefined ? {} : { [keys.rowVersion]: String(tags.rowVersion) }),
      },
      ...(deletionVector === undefined ? {} : { deletionVector }),
    },
  };
}

/** The removal of a live file; `dataChange` false when its rows go elsewhere unchanged. */
export function removeAction(add: AddFile, nowMs: number, dataChange = true): Action {
  return {
    kind: 'remove',
    remove: {
      path: add.path,
      deletionTimestamp: nowMs,
      dataChange,
      extendedFileMetadata: true,
      partitionValues: add.partitionValues,
      size: add.size,
      ...(add.deletionVector === undefined ? {} : { deletionVector: add.deletionVector }),
    },
  };
}
