/** The actions of the Delta transaction protocol (PROTOCOL.md, "Actions"); one JSON object a line in a commit. */

export interface DeletionVectorDescriptor {
  /** `u`: relative file named by a UUID; `p`: absolute URI; `i`: inline. */
  readonly storageType: 'u' | 'p' | 'i';
  readonly pathOrInlineDv: string;
  /** Byte offset of the vector's size field in the file; absent for inline. */
  readonly offset?: number;
  /** Bytes of the serialised bitmap, magic included, checksum not. */
  readonly sizeInBytes: number;
  /** Rows that it deletes. */
  readonly cardinality: number;
}

export type PartitionValues = Readonly<Record<string, string | null>>;

export interface AddFile {
  /** URI-encoded, relative to the table's root or absolute. */
  readonly path: string;
  readonly partitionValues: PartitionValues;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** Statistics as JSON text. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly deletionVector?: DeletionVectorDescriptor;
  readonly baseRowId?: number;
  readonly defaultRowCommitVersion?: number;
  readonly clusteringProvider?: string;
}

export interface RemoveFile {
  readonly path: string;
  readonly dataChange: boolean;
  readonly deletionTimestamp?: number;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: PartitionValues;
  readonly size?: number;
  readonly deletionVector?: DeletionVectorDescriptor;
}

export interface ChangeFile {
  readonly path: string;
  readonly partitionValues: PartitionValues;
  readonly size: number;
  readonly dataChange: false;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface TableMetadata {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number;
}

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  /** Present exactly when minReaderVersion is 3. */
  readonly readerFeatures?: readonly string[];
  /** Present exactly when minWriterVersion is 7. */
  readonly writerFeatures?: readonly string[];
}

export interface Transaction {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: number;
}

export interface DomainMetadata {
  readonly domain: string;
  readonly configuration: string;
  readonly removed: boolean;
}

export type CommitInfo = Readonly<Record<string, unknown>>;

export interface Sidecar {
  readonly path: string;
  readonly sizeInBytes: number;
  readonly modificationTime: number;
}

export type Action =
  | { readonly kind: 'add'; readonly add: AddFile }
  | { readonly kind: 'remove'; readonly remove: RemoveFile }
  | { readonly kind: 'cdc'; readonly cdc: ChangeFile }
  | { readonly kind: 'metaData'; readonly metaData: TableMetadata }
  | { readonly kind: 'protocol'; readonly protocol: Protocol }
  | { readonly kind: 'txn'; readonly txn: Transaction }
  | { readonly kind: 'domainMetadata'; readonly domainMetadata: DomainMetadata }
  | { readonly kind: 'commitInfo'; readonly commitInfo: CommitInfo }
  | { readonly kind: 'sidecar'; readonly sidecar: Sidecar };

/** What makes a deletion vector unique within a table; null for none (PROTOCOL.md, "Action Reconciliation"). */
export function deletionVectorId(descriptor: DeletionVectorDescriptor | undefined): string | null {
  if (descriptor === undefined) return null;
  const offset = descriptor.offset === undefined ? '' : `@${descriptor.offset}`;
  return descriptor.storageType + descriptor.pathOrInlineDv + offset;
}

/** The key of a logical file: its path with the deletion vector that it is read through. */
export function fileKey(file: {
  readonly path: string;
  readonly deletionVector?: DeletionVectorDescriptor;
}): string {
  return `${file.path}\u0000${deletionVectorId(file.deletionVector) ?? ''}`;
}
