/**
 * Keys of collations inside DuckDB: a macro for each that makes the key of printable ASCII in SQL, which is most text,
 * and calls JavaScript for the rest.
 */
import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { collationFold, collationKey, hasKeys, type TextFunction } from '../../types/collation.ts';
import { longtext, type SqlType } from '../../types/sql-type.ts';
import { failText } from './errors.ts';
import { batchOfChunk } from './vectors.ts';

export const keyMacro = (collation: string): string => `tg_key_${collation}`;
export const foldMacro = (collation: string): string => `tg_fold_${collation}`;

/** SQL of what a value is equal by: a text of a collation by its key, everything else by itself. */
export function equalityKey(sql: string, type: SqlType): string {
  return hasKeys(type) ? `${keyMacro(type.collation)}(${sql})` : sql;
}

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SQL that replaces each character of printable ASCII by what `map` gives for it. */
function translated(sql: string, map: (character: string) => string): string {
  const changed = printable.filter((character) => map(character) !== character);
  if (changed.length === 0) return sql;
  const isUpper = changed.every((character) => map(character) === character.toUpperCase());
  if (isUpper) return `upper(${sql})`;
  return `translate(${sql}, ${quoted(changed.join(''))}, ${quoted(changed.map(map).join(''))})`;
}

/** The key of a text `t` of printable ASCII, each of whose characters has one weight a level. */
function keySql(key: TextFunction): string {
  const levels = (text: string): string[] => key(text).split('\x01');
  const count = levels('a').length;
  if (count > 1) {
    return Array.from({ length: count }, (_, level) =>
      translated('t', (character) => levels(character)[level]!),
    ).join(' || chr(1) || ');
  }
  const space = key('');
  const body = space === '' ? 't' : `rtrim(t, ' ')`;
  const weights = translated(body, (character) => {
    const weight = key(character);
    return character === ' ' && space !== '' ? space : weight.slice(0, weight.length - space.length);
  });
  return space === '' ? weights : `${weights} || ${quoted(space)}`;
}

function define(connection: DuckDBConnection, name: string, compute: TextFunction): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: VARCHAR,
      parameterTypes: [VARCHAR],
      mainFunction(info, input, output) {
        try {
          const { columns, rowCount } = batchOfChunk(input, [longtext]);
          for (let row = 0; row < rowCount; row++) {
            const text = columns[0]!.get(row);
            output.setItem(row, text === null ? null : compute(String(text)));
          }
          output.flush();
        } catch (error) {
          info.setError(failText(error));
        }
      },
    }),
  );
}

const macro = (name: string, sql: string, otherwise: string): string =>
  `CREATE MACRO ${name}(t) AS CASE WHEN regexp_full_match(t, '[ -~]*') THEN ${sql} ELSE ${otherwise}(t) END`;

async function makeMacro(
  connection: DuckDBConnection,
  kind: 'key' | 'fold',
  collation: string,
): Promise<void> {
  const compute = kind === 'key' ? collationKey(collation) : collationFold(collation);
  const name = `tgj_${kind}_${collation}`;
  define(connection, name, compute);
  const sql = kind === 'key' ? keySql(compute) : translated('t', compute);
  await connection.run(macro(`tg_${kind}_${collation}`, sql, name));
}

/** The macros of one instance, made when a text first names them: the tables behind them are large. */
export class CollationMacros {
  readonly #made = new Map<string, Promise<void>>();

  /** Makes the macros that the SQL names and that are not there yet. */
  async make(connection: DuckDBConnection, sql: string): Promise<void> {
    for (const [name, kind, collation] of sql.matchAll(/\btg_(key|fold)_(\w+)(?=\()/g)) {
      let made = this.#made.get(name);
      if (made === undefined) {
        made = makeMacro(connection, kind as 'key' | 'fold', collation!);
        this.#made.set(name, made);
        made.catch(() => this.#made.delete(name));
      }
      await made;
    }
  }
}
