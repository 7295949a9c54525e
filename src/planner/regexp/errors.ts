/** MySQL's errors for regular expressions (MySQL 8.0, errors 3685 to 3700). */
import { type ErrorCode, GatewayError } from '../../base/errors.ts';

const messages = {
  REGEXP_ARGUMENT: 'Illegal argument to a regular expression.',
  REGEXP_OUT_OF_BOUNDS: 'Index out of bounds in regular expression search.',
  REGEXP_ESCAPE: 'Unrecognized escape sequence in regular expression.',
  REGEXP_PARENTHESIS: 'Mismatched parenthesis in regular expression.',
  REGEXP_INTERVAL: 'Incorrect description of a {min,max} interval.',
  REGEXP_INTERVAL_ORDER: 'The maximum is less than the minumum in a {min,max} interval.',
  REGEXP_BACK_REFERENCE: 'Invalid back-reference in regular expression.',
  REGEXP_LOOK_BEHIND: 'The look-behind assertion exceeds its limit in regular expression.',
  REGEXP_BRACKET: 'The regular expression contains an unclosed bracket expression.',
  REGEXP_RANGE: 'The regular expression contains an [x-y] character range where x comes after y.',
  REGEXP_STACK: 'Overflow in the regular expression backtrack stack.',
  REGEXP_TIME: 'Timeout exceeded in regular expression match.',
  REGEXP_TOO_BIG: 'The regular expression pattern exceeds limits on size or complexity.',
  REGEXP_GROUP: 'A capture group has an invalid name.',
  REGEXP_FLAG: 'Invalid match mode flag in regular expression.',
} as const satisfies Partial<Record<ErrorCode, string>>;

export const regexpError = (code: keyof typeof messages): GatewayError =>
  new GatewayError(code, messages[code]);

/** `position` in characters from 1; patterns are one line to it. */
export const syntaxError = (position: number): GatewayError =>
  new GatewayError('REGEXP_SYNTAX', `Syntax error in regular expression on line 1, character ${position}.`);
