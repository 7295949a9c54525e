/** What an OK packet tells of the session's state under SESSION_TRACK. */
export type SessionChange =
  | { readonly kind: 'systemVariable'; readonly name: string; readonly value: string }
  /** The default database; empty for none. */
  | { readonly kind: 'schema'; readonly name: string }
  /** Something of the session has changed, whatever it is. */
  | { readonly kind: 'stateChange' }
  /** Eight letters: T or I, r, R, w, W, s, S, L, each `_` when it does not hold. */
  | { readonly kind: 'transactionState'; readonly state: string }
  /** The statements that begin such a transaction elsewhere; empty for the session's defaults. */
  | { readonly kind: 'transactionCharacteristics'; readonly statements: string };

/** SESSION_TRACK_…; 3 are GTIDs, which this server has none of. */
const trackType: Readonly<Record<SessionChange['kind'], number>> = {
  systemVariable: 0,
  schema: 1,
  stateChange: 2,
  transactionCharacteristics: 4,
  transactionState: 5,
};

const textsOf = (change: SessionChange): readonly string[] => {
  switch (change.kind) {
    case 'systemVariable':
      return [change.name, change.value];
    case 'schema':
      return [change.name];
    case 'transactionState':
      return [change.state];
    case 'transactionCharacteristics':
      return [change.statements];
    case 'stateChange':
      return [];
  }
};

/** A text with its length before it. */
function lengthEncoded(content: Buffer): Buffer {
  const { length } = content;
  if (length < 251) return Buffer.concat([Buffer.of(length), content]);
  const head = Buffer.alloc(length < 65_536 ? 3 : 4);
  head[0] = length < 65_536 ? 0xfc : 0xfd;
  head.writeUIntLE(length, 1, head.length - 1);
  return Buffer.concat([head, content]);
}

/**
 * The state-change block of an OK packet, without its own length:
 *
 *     (type:u8 length:lenenc text:lenenc-string*)*
 *
 * A variable's name and value are two texts, everything else is one; only the change of state has the character
 * `1` without a length of its own.
 */
export function encodeSessionChanges(changes: readonly SessionChange[]): Buffer {
  return Buffer.concat(
    changes.flatMap((change) => {
      const content =
        change.kind === 'stateChange'
          ? Buffer.from('1')
          : Buffer.concat(textsOf(change).map((text) => lengthEncoded(Buffer.from(text))));
      return [Buffer.of(trackType[change.kind]), lengthEncoded(content)];
    }),
  );
}
