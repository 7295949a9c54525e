/** The bounds of a file's statistics, by column name. */
export interface FileStats {
  readonly minValues: Readonly<Record<string, unknown>>;
  readonly maxValues: Readonly<Record<string, unknown>>;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const none: FileStats = { minValues: {}, maxValues: {} };

/** Marks an integer of many digits while it passes through JSON.parse; no statistics of text start so. */
const bigMark = '\u0001integer:';

/**
 * Parses statistics. Integers that JavaScript's numbers cannot hold come back as bigints: JSON.parse would
 * round them. Text that is not JSON has no bounds.
 */
export function parseStats(stats: string): FileStats {
  let parsed: unknown;
  try {
    const marked = stats.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
      /^-?\d{16,}$/.test(token) ? JSON.stringify(bigMark + token) : token,
    );
    parsed = JSON.parse(marked, (_, value: unknown) =>
      typeof value === 'string' && value.startsWith(bigMark) ? BigInt(value.slice(bigMark.length)) : value,
    );
  } catch {
    return none;
  }
  if (!isObject(parsed)) return none;
  return {
    minValues: isObject(parsed.minValues) ? parsed.minValues : {},
    maxValues: isObject(parsed.maxValues) ? parsed.maxValues : {},
  };
}
