import type { BoundExpr } from '../../planner/bound.ts';

/** A text that two expressions share exactly when they are the same. */
export function exprKey(expr: BoundExpr): string {
  return JSON.stringify(expr, (_, value: unknown) => {
    if (typeof value === 'bigint') return { bigint: String(value) };
    if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
    if (typeof value === 'number' && !Number.isInteger(value)) return { number: String(value) };
    return value;
  });
}
