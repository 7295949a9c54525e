/**
 * Takes the secrets out of a statement's text before it is kept or shown: commits, the process list, logs.
 * The text need not parse, so this reads words and strings only.
 */
import { isSecretOption, maskedSecret } from '../../catalog/metadata/server-options.ts';

/** Comments, strings and hex literals, words, `;`, anything else. A quote that never ends takes the rest. */
const tokenPattern =
  /\/\*(?!M?!)[\s\S]*?(?:\*\/|$)|--[\s][^\n]*|#[^\n]*|'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\b[xX]'[^']*'|\b0x[0-9a-fA-F]+|[\p{L}\p{N}_$@]+|;|\S/gu;

/** What a statement that can hold a secret begins with. */
const secretive = /^(CREATE|ALTER|SET|GRANT|PREPARE|EXECUTE|CHANGE|START)$/;

const isLiteral = (token: string): boolean => /^(['"]|[xX]'|0x[0-9a-fA-F])/.test(token);

/** A statement in a string (PREPARE … FROM '…') that itself may hold a secret. */
const looksSecret = (token: string): boolean => /\bIDENTIFIED\b|PASSWORD|SECRET|TOKEN/i.test(token);

/** The words before a literal that make it a secret, within one statement. */
interface Place {
  first: string;
  second: string;
  /** The last words, newest last. */
  recent: string[];
}

function isSecret(token: string, { first, second, recent }: Place): boolean {
  if (!secretive.test(first)) return false;
  const last = recent.at(-1) ?? '';
  if ((last === 'BY' || last === 'AS') && recent.includes('IDENTIFIED')) return true;
  if (last === 'REPLACE' && recent.includes('IDENTIFIED')) return true;
  if (first === 'SET' && second === 'PASSWORD') return last === 'PASSWORD' || last === '=' || last === '(';
  if (first === 'PREPARE' || first === 'EXECUTE' || (first === 'SET' && second.startsWith('@'))) {
    return looksSecret(token);
  }
  return isSecretOption(recent.findLast((word) => word !== '=' && word !== '(') ?? '');
}

/** How many words back IDENTIFIED may stand: IDENTIFIED WITH plugin BY. */
const remembered = 6;

/**
 * The text with passwords and other secrets of CREATE and ALTER USER, SET PASSWORD, CREATE and ALTER SERVER
 * replaced by `***`; other statements come back as they are.
 */
export function maskSecrets(text: string): string {
  if (!/PASSWORD|IDENTIFIED|SECRET|TOKEN|CREDENTIAL|KEY|PASSPHRASE/i.test(text)) return text;
  let place: Place = { first: '', second: '', recent: [] };
  return text.replace(tokenPattern, (token) => {
    if (/^(\/\*|--\s|#)/.test(token) && token.length > 1) return token;
    if (token === ';') {
      place = { first: '', second: '', recent: [] };
      return token;
    }
    const secret = isLiteral(token) && isSecret(token, place);
    const word = isLiteral(token) ? '' : token.toUpperCase();
    // The opening and version number of `/*!50001 CREATE USER … */` begin no statement.
    if (/^[\p{L}@_]/u.test(word)) {
      if (place.first === '') place.first = word;
      else if (place.second === '') place.second = word;
    }
    place.recent.push(isLiteral(token) ? token : word);
    if (place.recent.length > remembered) place.recent.shift();
    return secret ? `'${maskedSecret}'` : token;
  });
}
