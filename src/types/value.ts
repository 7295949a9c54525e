/**
 * A value in memory, by the kind of its type:
 * - tinyint … int, year, float, double: number
 * - bigint, bit: bigint
 * - decimal: string in canonical form, exactly `scale` digits after the point, no leading zeros, no `-0`
 * - char, varchar, text, enum, set, json: string
 * - binary, varbinary, blob: Uint8Array
 * - date: number of days since 1970-01-01
 * - datetime: bigint of microseconds since 1970-01-01 of the wall clock, without a zone
 * - timestamp: bigint of microseconds since 1970-01-01 UTC
 * - time: bigint of microseconds, signed
 * - null of every type: null
 */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** A row in the order of its schema's columns. */
export type Row = readonly SqlValue[];
