import { GatewayError } from '../../src/base/errors.ts';
import { parse, splitStatements } from '../../src/sql/parse/parse.ts';
import { scanShape } from '../../src/sql/shape.ts';

/** Whether the text was refused, which only a GatewayError may do. */
export function refused(work: () => void, text: string): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof GatewayError) return true;
    throw new Error(JSON.stringify(text.slice(0, 2_000)), { cause: error });
  }
}

/** All that the gateway does with a text before it plans it. */
export function readAll(text: string): void {
  refused(() => splitStatements(text), text);
  refused(() => scanShape(text), text);
  refused(() => parse(text), text);
}
