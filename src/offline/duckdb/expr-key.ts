import type { BoundExpr } from '../../planner/bound.ts';

/** A text that two expressions share exactly when they are the same. */
export const exprKey = (expr: BoundExpr): string => valueKey(expr);

/** A text that two plain values share exactly when they are the same. */
export function valueKey(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return { bigint: String(part) };
    if (part instanceof Uint8Array) return { bytes: Buffer.from(part).toString('hex') };
    if (typeof part === 'number' && !Number.isInteger(part)) return { number: String(part) };
    return part;
  });
}
