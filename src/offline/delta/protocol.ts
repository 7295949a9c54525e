import { GatewayError } from '../../base/errors.ts';
import type { Protocol } from './actions.ts';

/** Reader features that we honour; the second spelling of two is what previews of them wrote. */
const readable = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'timestampWithoutTimezone',
  'v2Checkpoint',
  'vacuumProtocolCheck',
  'typeWidening',
  'typeWidening-preview',
]);

/** Refuses a table that we would read wrongly: error 1235 naming what we do not know. */
export function checkReadable(protocol: Protocol): void {
  const unknown = (feature: string): GatewayError =>
    new GatewayError(
      'NOT_SUPPORTED',
      `This version of Tidegate doesn't yet support 'Delta reader feature ${feature}'`,
    );
  if (protocol.minReaderVersion > 3) throw unknown(`version ${protocol.minReaderVersion}`);
  if (protocol.minReaderVersion < 3) return;
  for (const feature of protocol.readerFeatures ?? []) if (!readable.has(feature)) throw unknown(feature);
}

/**
 * The protocol of a table that we write: the largest set that Spark, Trino and delta-rs both read and
 * write. `timestampNtz` only when a column needs it.
 */
export function ownProtocol(withTimestampNtz: boolean): Protocol {
  const ntz = withTimestampNtz ? ['timestampNtz'] : [];
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ['deletionVectors', ...ntz],
    writerFeatures: ['appendOnly', 'invariants', 'changeDataFeed', 'deletionVectors', ...ntz],
  };
}
