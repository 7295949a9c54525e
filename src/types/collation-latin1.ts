/**
 * The character set latin1 as MySQL has it, which is Windows' code page 1252, and the weights of its characters in
 * its collations. As CONVERT and WEIGHT_STRING of MariaDB 10.11 give them.
 */

/** The characters of 0x80 to 0x9f; all others have their own numbers. */
const windows =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

const windowsBytes: ReadonlyMap<number, number> = new Map(
  [...windows].map((character, index) => [character.charCodeAt(0), 0x80 + index]),
);

/** The byte of a character; undefined for one that latin1 has not. */
export function latin1Byte(code: number): number | undefined {
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code;
  return windowsBytes.get(code);
}

/** The weights of 0x40 to 0xff, two digits each; what is below weighs itself. */
export const latin1Weights: Readonly<Record<string, string>> = {
  latin1_swedish_ci:
    '404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f604142434445464748494a4b4c4d4e4f' +
    '505152535455565758595a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f' +
    'a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf414141415c5b5c434545454549494949' +
    '444e4f4f4f4f5dd7d85555555959dedf414141415c5b5c434545454549494949444e4f4f4f4f5df7d85555555959deff',
  latin1_general_ci:
    '40415153575b6567696b7577797b7d818f919395989aa4a6a8aaafb3b4b5b6b7b8415153575b6567696b7577797b7d81' +
    '8f919395989aa4a6a8aaafb9babbbcbfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf' +
    'e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff434547494b4d4f555d5f61636d6f7173' +
    '597f838587898bbd8d9c9ea0a2acb197434547494b4d4f555d5f61636d6f7173597f838587898bbe8d9c9ea0a2acb1ae',
  latin1_general_cs:
    '40415153575b6567696b7577797b7d818f919395989aa4a6a8aaafb3b4b5b6b7b8425254585c66686a6c76787a7c7e82' +
    '90929496999ba5a7a9abb0b9babbbcbfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf' +
    'e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff434547494b4d4f555d5f61636d6f7173' +
    '597f838587898bbd8d9c9ea0a2acb1974446484a4c4e50565e6062646e7072745a808486888a8cbe8e9d9fa1a3adb2ae',
};
