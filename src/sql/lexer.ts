/**
 * MySQL 8.0's lexical rules (Reference Manual, "Language Structure"): text to tokens, one statement at a time.
 * Linear in the text: no character is looked at more than a fixed number of times.
 */
import { GatewayError } from '../base/errors.ts';
import { charsetNames, findKeyword, longestKeyword } from './keywords.ts';
import type { SqlModeFlags } from './sql-mode.ts';
import { stringFlag, type TokenBuffer, tokenKind } from './tokens.ts';

/** The version that executable comments compare with: 8.0.40, as in the server's version string. */
const serverVersion = 80_040;

// classes of ASCII characters; everything above is a letter
const other = 0;
const space = 1;
const letter = 2;
const digit = 3;
const punctuation = 4;
const classes = new Uint8Array(128);
for (const code of [9, 10, 11, 12, 13, 32]) classes[code] = space;
for (let code = 0; code < 128; code++) {
  const text = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(text)) classes[code] = letter;
  else if (/[0-9]/.test(text)) classes[code] = digit;
  else if ('()*,;+-/%=<>!&|^~?@.:{}\'"`#'.includes(text)) classes[code] = punctuation;
}

// past the end of the text the code is NaN
const classOf = (code: number): number => (code >= 128 ? letter : (classes[code] ?? other));
const isNamePart = (code: number): boolean => {
  const kind = classOf(code);
  return kind === letter || kind === digit;
};
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isHexDigit = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
const isSpace = (code: number): boolean => code < 128 && classes[code] === space;

const single: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
/** Operators of more than one character, longest first, by their first character. */
const compounds = new Map<number, readonly string[]>();
for (const operator of ['<=>', '<<', '<=', '<>', '>>', '>=', '!=', '&&', '||', ':=', '->>', '->', '@@']) {
  const first = operator.charCodeAt(0);
  compounds.set(first, [...(compounds.get(first) ?? []), operator]);
}

const quoteCode = 39;
const doubleQuoteCode = 34;
const backtickCode = 96;
const backslashCode = 92;

/**
 * Reads the tokens of the statement that begins at `start`, up to its `;` (left out, see `tokens.next`) or
 * the end of the text; the last token is `end`. A wrong character or an unfinished string becomes an
 * `invalid` token, after which reading stops: the parser reports it. Throws SYNTAX_ERROR only when the
 * statement has more than `maxTokens` tokens.
 */
export function tokenize(
  text: string,
  start: number,
  options: { readonly mode: SqlModeFlags; readonly maxTokens: number },
  tokens: TokenBuffer,
): void {
  new Lexer(text, start, options.mode, options.maxTokens, tokens).run();
}

/** Lives for one statement: the position in the text, and whether it is inside an executable comment. */
class Lexer {
  readonly #text: string;
  readonly #mode: SqlModeFlags;
  readonly #maxTokens: number;
  readonly #tokens: TokenBuffer;
  #at: number;
  #inExecutable = false;
  /** Set by a skipping method that ran into something unfinished: where that began. */
  #unfinished = -1;

  constructor(text: string, start: number, mode: SqlModeFlags, maxTokens: number, tokens: TokenBuffer) {
    this.#text = text;
    this.#at = start;
    this.#mode = mode;
    this.#maxTokens = maxTokens;
    this.#tokens = tokens;
  }

  run(): void {
    const { length } = this.#text;
    for (;;) {
      this.#skipBlanks();
      const start = this.#at;
      if (this.#unfinished >= 0 || (start >= length && this.#inExecutable)) {
        this.#stop(this.#unfinished >= 0 ? this.#unfinished : start);
        return;
      }
      if (start >= length) break;
      const code = this.#text.charCodeAt(start);
      if (code === 59) {
        this.#tokens.next = start + 1;
        break;
      }
      if (this.#tokens.count >= this.#maxTokens) {
        throw new GatewayError('SYNTAX_ERROR', `The statement has more than ${this.#maxTokens} tokens`);
      }
      if (!this.#token(code, start)) {
        this.#stop(start);
        return;
      }
    }
    this.#tokens.add(tokenKind.end, this.#at, this.#at, '', 0);
  }

  #stop(start: number): void {
    this.#tokens.add(tokenKind.invalid, start, this.#text.length, '', 0);
    this.#tokens.add(tokenKind.end, this.#text.length, this.#text.length, '', 0);
  }

  /** Reads one token; false when none begins here. */
  #token(code: number, start: number): boolean {
    switch (classOf(code)) {
      case letter:
        return this.#word(code, start);
      case digit:
        return this.#number(start);
      case punctuation:
        break;
      default:
        return false;
    }
    switch (code) {
      case quoteCode:
        return this.#string(start, start);
      case doubleQuoteCode:
        return this.#mode.ansiQuotes ? this.#quotedName(code, start) : this.#string(start, start);
      case backtickCode:
        return this.#quotedName(code, start);
      case 63: // ?
        this.#at = start + 1;
        this.#tokens.add(tokenKind.placeholder, start, this.#at, '', 0);
        return true;
      case 46: // .
        // `.5` is a number, except after a name: `t.5`
        if (isDigit(this.#text.charCodeAt(start + 1)) && !this.#followsName(start))
          return this.#number(start);
        return this.#dot(start);
      case 64: // @
        return this.#at_(start);
      default:
        return this.#operator(code, start);
    }
  }

  #followsName(start: number): boolean {
    const last = this.#tokens.count - 1;
    if (last < 0 || this.#tokens.ends[last] !== start) return false;
    const kind = this.#tokens.kinds[last] ?? tokenKind.end;
    return kind >= tokenKind.word && kind <= tokenKind.quotedName;
  }

  /** A dot; the name right after it may be any word, reserved or beginning with a digit. */
  #dot(start: number): boolean {
    this.#at = start + 1;
    const afterName = this.#followsName(start);
    this.#tokens.add(tokenKind.operator, start, start + 1, '.', 0);
    let end = this.#at;
    while (isNamePart(this.#text.charCodeAt(end))) end++;
    if (afterName && end > this.#at) {
      const begin = this.#at;
      this.#at = end;
      this.#tokens.add(tokenKind.word, begin, end, '', 0);
    }
    return true;
  }

  #operator(code: number, start: number): boolean {
    const longer = compounds.get(code);
    if (longer !== undefined) {
      for (const operator of longer) {
        if (!this.#text.startsWith(operator, start)) continue;
        this.#at = start + operator.length;
        this.#tokens.add(tokenKind.operator, start, this.#at, operator, 0);
        return true;
      }
    }
    this.#at = start + 1;
    this.#tokens.add(tokenKind.operator, start, this.#at, single[code] ?? '', 0);
    return true;
  }

  #word(code: number, start: number): boolean {
    const next = this.#text.charCodeAt(start + 1);
    if (next === quoteCode) {
      if (code === 120 || code === 88) return this.#quotedDigits(start, tokenKind.hex); // x'…'
      if (code === 98 || code === 66) return this.#quotedDigits(start, tokenKind.bit); // b'…'
      if (code === 110 || code === 78) return this.#introduced('utf8mb3', start, start + 1); // N'…'
    }
    let end = start + 1;
    while (isNamePart(this.#text.charCodeAt(end))) end++;
    this.#at = end;
    if (end - start > longestKeyword) {
      this.#tokens.add(tokenKind.word, start, end, '', 0);
      return true;
    }
    const word = this.#text.slice(start, end);
    if (code === 95 && charsetNames.has(word.slice(1).toLowerCase())) {
      const inExecutable = this.#inExecutable;
      this.#skipBlanks();
      if (this.#introduced(word.slice(1).toLowerCase(), start, this.#at)) return true;
      this.#at = end;
      this.#inExecutable = inExecutable;
    }
    const keyword = findKeyword(word);
    if (keyword === undefined) this.#tokens.add(tokenKind.word, start, end, '', 0);
    else this.#tokens.add(keyword.kind, start, end, keyword.word, 0);
    return true;
  }

  /** The literal at `literalStart` under an introducer at `start`; false when there is no literal. */
  #introduced(charset: string, start: number, literalStart: number): boolean {
    const { count } = this.#tokens;
    const code = this.#text.charCodeAt(literalStart);
    const next = this.#text.charCodeAt(literalStart + 1);
    let done = false;
    if (code === quoteCode || (code === doubleQuoteCode && !this.#mode.ansiQuotes)) {
      done = this.#string(start, literalStart);
    } else if ((code === 120 || code === 88) && next === quoteCode) {
      done = this.#quotedDigits(literalStart, tokenKind.hex);
    } else if ((code === 98 || code === 66) && next === quoteCode) {
      done = this.#quotedDigits(literalStart, tokenKind.bit);
    } else if (code === 48 && (next === 120 || next === 98)) {
      done = this.#prefixedDigits(literalStart);
    }
    if (!done) return false;
    this.#tokens.starts[count] = start;
    this.#tokens.flags[count] = (this.#tokens.flags[count] ?? 0) | stringFlag.introduced;
    this.#tokens.introducers.set(count, charset);
    return true;
  }

  #number(start: number): boolean {
    const text = this.#text;
    if (text.charCodeAt(start) === 48 && this.#prefixedDigits(start)) return true;
    let end = start;
    while (isDigit(text.charCodeAt(end))) end++;
    let kind: typeof tokenKind.integer | typeof tokenKind.decimal | typeof tokenKind.double =
      tokenKind.integer;
    if (text.charCodeAt(end) === 46) {
      kind = tokenKind.decimal;
      end++;
      while (isDigit(text.charCodeAt(end))) end++;
    }
    const exponent = text.charCodeAt(end);
    if (exponent === 101 || exponent === 69) {
      const sign = text.charCodeAt(end + 1);
      let digits = sign === 43 || sign === 45 ? end + 2 : end + 1;
      if (isDigit(text.charCodeAt(digits))) {
        while (isDigit(text.charCodeAt(digits))) digits++;
        kind = tokenKind.double;
        end = digits;
      }
    }
    if (kind === tokenKind.integer && isNamePart(text.charCodeAt(end))) {
      while (isNamePart(text.charCodeAt(end))) end++;
      this.#at = end;
      this.#tokens.add(tokenKind.word, start, end, '', 0);
      return true;
    }
    this.#at = end;
    this.#tokens.add(kind, start, end, '', 0);
    return true;
  }

  /** `0x4D` and `0b01`; false (nothing read) when it is the beginning of a name or a plain zero. */
  #prefixedDigits(start: number): boolean {
    const marker = this.#text.charCodeAt(start + 1);
    if (marker !== 120 && marker !== 98) return false;
    let end = start + 2;
    if (marker === 120) while (isHexDigit(this.#text.charCodeAt(end))) end++;
    else while (this.#text.charCodeAt(end) === 48 || this.#text.charCodeAt(end) === 49) end++;
    if (end === start + 2 || isNamePart(this.#text.charCodeAt(end))) return false;
    this.#at = end;
    this.#tokens.add(marker === 120 ? tokenKind.hex : tokenKind.bit, start, end, '', 0);
    return true;
  }

  /** `x'4D'` (an even number of digits) and `b'01'`. */
  #quotedDigits(start: number, kind: typeof tokenKind.hex | typeof tokenKind.bit): boolean {
    let end = start + 2;
    if (kind === tokenKind.hex) while (isHexDigit(this.#text.charCodeAt(end))) end++;
    else while (this.#text.charCodeAt(end) === 48 || this.#text.charCodeAt(end) === 49) end++;
    if (this.#text.charCodeAt(end) !== quoteCode) return false;
    if (kind === tokenKind.hex && (end - start) % 2 !== 0) return false;
    this.#at = end + 1;
    this.#tokens.add(kind, start, end + 1, '', 0);
    return true;
  }

  /** A string whose first quote is at `quoteStart`, with the strings that follow it (`'a' 'b'` is one). */
  #string(start: number, quoteStart: number): boolean {
    let flags = 0;
    let at = quoteStart;
    for (;;) {
      const end = this.#stringEnd(at);
      if (end < 0) return false;
      if (this.#sawEscape) flags |= stringFlag.escaped;
      this.#at = end;
      this.#skipBlanks();
      const code = this.#text.charCodeAt(this.#at);
      if (code !== quoteCode && (code !== doubleQuoteCode || this.#mode.ansiQuotes)) {
        this.#tokens.add(tokenKind.string, start, end, '', flags);
        return true;
      }
      flags |= stringFlag.adjacent;
      at = this.#at;
    }
  }

  #sawEscape = false;

  /** The offset after the closing quote of the literal at `start`, -1 when it is never closed. */
  #stringEnd(start: number): number {
    const text = this.#text;
    const quote = text.charCodeAt(start);
    this.#sawEscape = false;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        if (text.charCodeAt(at + 1) !== quote) return at + 1;
        this.#sawEscape = true;
        at++;
      } else if (code === backslashCode && !this.#mode.noBackslashEscapes) {
        this.#sawEscape = true;
        at++;
      }
    }
    return -1;
  }

  #quotedName(quote: number, start: number): boolean {
    const text = this.#text;
    let flags = 0;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0) return false;
      if (code !== quote) continue;
      if (text.charCodeAt(at + 1) === quote) {
        flags = stringFlag.escaped;
        at++;
        continue;
      }
      if (at === start + 1) return false;
      this.#at = at + 1;
      this.#tokens.add(tokenKind.quotedName, start, at + 1, '', flags);
      return true;
    }
    return false;
  }

  /** `@@`, `@name`, `@'name'`, or a lone `@`. */
  #at_(start: number): boolean {
    const code = this.#text.charCodeAt(start + 1);
    if (code === 64) return this.#operator(64, start);
    let end = start + 1;
    if (code === quoteCode || code === doubleQuoteCode || code === backtickCode) {
      end = this.#stringEnd(start + 1);
      if (end < 0) return false;
    } else {
      while (isNamePart(this.#text.charCodeAt(end)) || this.#text.charCodeAt(end) === 46) end++;
      if (end === start + 1) return this.#operator(64, start);
    }
    this.#at = end;
    this.#tokens.add(tokenKind.userVariable, start, end, '', 0);
    return true;
  }

  /** Skips blanks and comments; steps into executable comments and out of them. */
  #skipBlanks(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (isSpace(code)) {
        this.#at++;
      } else if (code === 35) {
        this.#skipLine();
      } else if (code === 45 && text.charCodeAt(this.#at + 1) === 45) {
        const after = text.charCodeAt(this.#at + 2);
        if (!(after <= 32 || Number.isNaN(after) || after === 127)) return;
        this.#skipLine();
      } else if (code === 47 && text.charCodeAt(this.#at + 1) === 42) {
        if (!this.#comment()) return;
      } else if (code === 42 && this.#inExecutable && text.charCodeAt(this.#at + 1) === 47) {
        this.#inExecutable = false;
        this.#at += 2;
      } else {
        return;
      }
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end + 1;
  }

  /** A comment at the current position; false (and `#unfinished` set) when it is never closed. */
  #comment(): boolean {
    const text = this.#text;
    const start = this.#at;
    if (text.charCodeAt(start + 2) === 33 && !this.#inExecutable) {
      let end = start + 3;
      while (end < start + 9 && isDigit(text.charCodeAt(end))) end++;
      const digits = end - start - 3;
      if (digits < 5) {
        this.#inExecutable = true;
        this.#at = start + 3;
        return true;
      }
      if (Number(text.slice(start + 3, end)) <= serverVersion) {
        this.#inExecutable = true;
        this.#at = end;
        return true;
      }
      return this.#skipComment(start, true);
    }
    return this.#skipComment(start, false);
  }

  /** A skipped version comment may hold ordinary comments. */
  #skipComment(start: number, nested: boolean): boolean {
    const text = this.#text;
    let end = text.indexOf('*/', start + 2);
    if (nested) {
      let inner = text.indexOf('/*', start + 2);
      while (end >= 0 && inner >= 0 && inner < end) {
        end = text.indexOf('*/', end + 2);
        inner = text.indexOf('/*', inner + 2);
      }
    }
    if (end < 0) {
      this.#unfinished = start;
      return false;
    }
    this.#at = end + 2;
    return true;
  }
}
