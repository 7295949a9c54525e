/**
 * Keys of collations inside DuckDB: a macro for each, which calls JavaScript; where capital letters are all that it
 * takes, texts of printable ASCII have their keys made in SQL.
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

/**
 * SQL of a text of printable ASCII with what `map` gives for each of its characters; undefined where that is more than
 * capital letters: DuckDB's translate() with so many characters takes ten times as long as JavaScript.
 */
function mapped(sql: string, map: (character: string) => string): string | undefined {
  const changed = printable.filter((character) => map(character) !== character);
  if (changed.length === 0) return sql;
  return changed.every((character) => map(character) === character.toUpperCase())
    ? `upper(${sql})`
    : undefined;
}

/** The key of a text `t` of printable ASCII, each of whose characters has one weight; undefined as above. */
function keySql(key: TextFunction): string | undefined {
  const space = key('');
  const weights = mapped(space === '' ? 't' : `rtrim(t, ' ')`, (character) =>
    character === ' ' && space !== '' ? space : key(character).slice(0, -space.length || undefined),
  );
  return weights === undefined || space === '' ? weights : `${weights} || ${quoted(space)}`;
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

function macro(name: string, ascii: string | undefined, otherwise: string): string {
  if (ascii === undefined) return `CREATE MACRO ${name}(t) AS ${otherwise}(t)`;
  return `CREATE MACRO ${name}(t) AS CASE WHEN regexp_full_match(t, '[ -~]*') THEN ${ascii} ELSE ${otherwise}(t) END`;
}

async function makeMacro(
  connection: DuckDBConnection,
  kind: 'key' | 'fold',
  collation: string,
): Promise<void> {
  const compute = kind === 'key' ? collationKey(collation) : collationFold(collation);
  const name = `tgj_${kind}_${collation}`;
  define(connection, name, compute);
  const sql = kind === 'key' ? keySql(compute) : mapped('t', compute);
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
