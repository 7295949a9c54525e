import { GatewayError } from '../../base/errors.ts';
import type { Action, DeletionVectorDescriptor, PartitionValues, TableMetadata } from './actions.ts';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function corrupt(what: string): GatewayError {
  return new GatewayError('STORAGE_ERROR', `Corrupt Delta log: ${what}`);
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw corrupt(`'${name}' is not a string`);
  return value;
}

function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** Longs come as numbers from JSON and as strings or bigints from a checkpoint read by DuckDB. */
function optionalInteger(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  return undefined;
}

function integer(fields: Fields, name: string): number {
  const value = optionalInteger(fields, name);
  if (value === undefined) throw corrupt(`'${name}' is not a number`);
  return value;
}

function textMap(value: unknown): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, item] of mapEntries(value)) if (typeof item === 'string') result[key] = item;
  return result;
}

/** A map is an object in JSON and, as DuckDB prints a checkpoint's, an object or a list of entries. */
function mapEntries(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) {
    return value.flatMap((entry: unknown): [string, unknown][] =>
      isObject(entry) && typeof entry.key === 'string' ? [[entry.key, entry.value]] : [],
    );
  }
  return isObject(value) ? Object.entries(value) : [];
}

function partitionValues(value: unknown): PartitionValues {
  const result: Record<string, string | null> = {};
  for (const [key, item] of mapEntries(value)) result[key] = typeof item === 'string' ? item : null;
  return result;
}

function textList(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((item): item is string => typeof item === 'string');
}

function deletionVector(value: unknown): DeletionVectorDescriptor | undefined {
  if (!isObject(value)) return undefined;
  const storageType = text(value, 'storageType');
  if (storageType !== 'u' && storageType !== 'p' && storageType !== 'i') {
    throw corrupt(`deletion vector of storage type '${storageType}'`);
  }
  const offset = optionalInteger(value, 'offset');
  return {
    storageType,
    pathOrInlineDv: text(value, 'pathOrInlineDv'),
    ...(offset === undefined ? {} : { offset }),
    sizeInBytes: integer(value, 'sizeInBytes'),
    cardinality: integer(value, 'cardinality'),
  };
}

function metadata(fields: Fields): TableMetadata {
  const name = optionalText(fields, 'name');
  const description = optionalText(fields, 'description');
  const createdTime = optionalInteger(fields, 'createdTime');
  const format = isObject(fields.format) ? fields.format : {};
  return {
    id: text(fields, 'id'),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    format: { provider: optionalText(format, 'provider') ?? 'parquet', options: textMap(format.options) },
    schemaString: text(fields, 'schemaString'),
    partitionColumns: textList(fields.partitionColumns) ?? [],
    configuration: textMap(fields.configuration),
    ...(createdTime === undefined ? {} : { createdTime }),
  };
}

function addAction(fields: Fields): Action {
  const stats = optionalText(fields, 'stats');
  const vector = deletionVector(fields.deletionVector);
  const tags = textMap(fields.tags);
  return {
    kind: 'add',
    add: {
      path: text(fields, 'path'),
      partitionValues: partitionValues(fields.partitionValues),
      size: integer(fields, 'size'),
      modificationTime: optionalInteger(fields, 'modificationTime') ?? 0,
      dataChange: fields.dataChange !== false,
      ...(stats === undefined ? {} : { stats }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
      ...(vector === undefined ? {} : { deletionVector: vector }),
    },
  };
}

function removeAction(fields: Fields): Action {
  const vector = deletionVector(fields.deletionVector);
  const deletionTimestamp = optionalInteger(fields, 'deletionTimestamp');
  const size = optionalInteger(fields, 'size');
  return {
    kind: 'remove',
    remove: {
      path: text(fields, 'path'),
      dataChange: fields.dataChange !== false,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(fields.extendedFileMetadata === true ? { extendedFileMetadata: true } : {}),
      ...(fields.partitionValues == null ? {} : { partitionValues: partitionValues(fields.partitionValues) }),
      ...(size === undefined ? {} : { size }),
      ...(vector === undefined ? {} : { deletionVector: vector }),
    },
  };
}

function protocolAction(fields: Fields): Action {
  const readerFeatures = textList(fields.readerFeatures);
  const writerFeatures = textList(fields.writerFeatures);
  return {
    kind: 'protocol',
    protocol: {
      minReaderVersion: integer(fields, 'minReaderVersion'),
      minWriterVersion: integer(fields, 'minWriterVersion'),
      ...(readerFeatures === undefined ? {} : { readerFeatures }),
      ...(writerFeatures === undefined ? {} : { writerFeatures }),
    },
  };
}

function transactionAction(fields: Fields): Action {
  const lastUpdated = optionalInteger(fields, 'lastUpdated');
  const appId = text(fields, 'appId');
  const version = integer(fields, 'version');
  return { kind: 'txn', txn: { appId, version, ...(lastUpdated === undefined ? {} : { lastUpdated }) } };
}

function changeAction(fields: Fields): Action {
  return {
    kind: 'cdc',
    cdc: {
      path: text(fields, 'path'),
      partitionValues: partitionValues(fields.partitionValues),
      size: integer(fields, 'size'),
      dataChange: false,
    },
  };
}

function sidecarAction(fields: Fields): Action {
  const modificationTime = optionalInteger(fields, 'modificationTime') ?? 0;
  return {
    kind: 'sidecar',
    sidecar: { path: text(fields, 'path'), sizeInBytes: integer(fields, 'sizeInBytes'), modificationTime },
  };
}

/**
 * The action that a line of a commit or a row of a checkpoint holds; undefined for an action we do not
 * know, which readers must skip. Throws STORAGE_ERROR when a required field is missing.
 */
export function actionOf(line: unknown): Action | undefined {
  if (!isObject(line)) throw corrupt('an action is not an object');
  for (const [name, fields] of Object.entries(line)) {
    if (!isObject(fields)) continue;
    switch (name) {
      case 'add':
        return addAction(fields);
      case 'remove':
        return removeAction(fields);
      case 'cdc':
        return changeAction(fields);
      case 'metaData':
        return { kind: 'metaData', metaData: metadata(fields) };
      case 'protocol':
        return protocolAction(fields);
      case 'txn':
        return transactionAction(fields);
      case 'domainMetadata':
        return {
          kind: 'domainMetadata',
          domainMetadata: {
            domain: text(fields, 'domain'),
            configuration: optionalText(fields, 'configuration') ?? '',
            removed: fields.removed === true,
          },
        };
      case 'commitInfo':
        return { kind: 'commitInfo', commitInfo: fields };
      case 'sidecar':
        return sidecarAction(fields);
      default:
    }
  }
  return undefined;
}

/** Parses a commit file: one action a line, unknown actions and fields ignored. */
export function parseCommit(content: string): Action[] {
  const actions: Action[] = [];
  for (const line of content.split('\n')) {
    if (line.trim() === '') continue;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch (cause) {
      throw new GatewayError('STORAGE_ERROR', 'Corrupt Delta log: a line is not JSON', { cause });
    }
    const action = actionOf(parsed);
    if (action !== undefined) actions.push(action);
  }
  return actions;
}

function payload(action: Action): object {
  switch (action.kind) {
    case 'add':
      return { add: action.add };
    case 'remove':
      return { remove: action.remove };
    case 'cdc':
      return { cdc: action.cdc };
    case 'metaData':
      return { metaData: action.metaData };
    case 'protocol':
      return { protocol: action.protocol };
    case 'txn':
      return { txn: action.txn };
    case 'domainMetadata':
      return { domainMetadata: action.domainMetadata };
    case 'commitInfo':
      return { commitInfo: action.commitInfo };
    case 'sidecar':
      return { sidecar: action.sidecar };
  }
}

/** Prints actions as the content of a commit file. */
export function printCommit(actions: readonly Action[]): string {
  return actions.map((action) => `${JSON.stringify(payload(action))}\n`).join('');
}
