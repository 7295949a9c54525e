/** information_schema: what the server is, not what it holds. */
import { characterSets, collations } from './charsets.ts';
import type { MetadataContext } from './context.ts';
import { informationSchemaTable, type MetadataTable, type NamedRow } from './definition.ts';

/** SHOW ENGINES: clients look for InnoDB and for the word DEFAULT. */
const engines: readonly NamedRow[] = [
  {
    ENGINE: 'InnoDB',
    SUPPORT: 'DEFAULT',
    COMMENT: 'Feature groups: versioned rows, online and offline',
    TRANSACTIONS: 'YES',
    XA: 'NO',
    SAVEPOINTS: 'YES',
  },
  {
    ENGINE: 'EXTERNAL',
    SUPPORT: 'YES',
    COMMENT: 'Tables whose rows stay in an external system',
    TRANSACTIONS: 'NO',
    XA: 'NO',
    SAVEPOINTS: 'NO',
  },
];

const plugin = (name: string, type: string, description: string): NamedRow => ({
  PLUGIN_NAME: name,
  PLUGIN_VERSION: '1.0',
  PLUGIN_STATUS: 'ACTIVE',
  PLUGIN_TYPE: type,
  PLUGIN_TYPE_VERSION: '1.0',
  PLUGIN_AUTHOR: 'Tidegate',
  PLUGIN_DESCRIPTION: description,
  PLUGIN_LICENSE: 'Apache-2.0',
  LOAD_OPTION: 'FORCE',
});

const plugins: readonly NamedRow[] = [
  plugin('mysql_native_password', 'AUTHENTICATION', 'SHA-1 challenge and response'),
  plugin('caching_sha2_password', 'AUTHENTICATION', 'SHA-256 challenge and response'),
  plugin('InnoDB', 'STORAGE ENGINE', 'Feature groups'),
];

function* processlistRows(context: MetadataContext): Iterable<NamedRow> {
  for (const process of context.processes()) {
    yield {
      ID: BigInt(process.id),
      USER: process.user,
      HOST: process.host,
      DB: process.database ?? null,
      COMMAND: process.command,
      TIME: process.timeSeconds,
      STATE: process.state,
      INFO: process.info ?? null,
    };
  }
}

/** The columns of a process list, here and in performance_schema. */
export const processlistColumns = `
  ID ubigint
  USER varchar(32)
  HOST varchar(261)
  DB varchar(64) null
  COMMAND varchar(16)
  TIME int
  STATE varchar(64) null
  INFO longtext null`;

function* keywordRows(reservedWords: readonly string[], freeWords: readonly string[]): Iterable<NamedRow> {
  const words = [
    ...reservedWords.map((word) => [word, 1] as const),
    ...freeWords.map((word) => [word, 0] as const),
  ];
  for (const [word, reserved] of words.sort(([a], [b]) => (a < b ? -1 : 1)))
    yield { WORD: word, RESERVED: reserved };
}

/** The words are the grammar's. */
export function serverTables(
  reservedWords: readonly string[],
  freeWords: readonly string[],
): MetadataTable[] {
  return [
    informationSchemaTable(
      'ENGINES',
      `ENGINE varchar(64)
       SUPPORT varchar(8)
       COMMENT varchar(80)
       TRANSACTIONS varchar(3) null
       XA varchar(3) null
       SAVEPOINTS varchar(3) null`,
      () => engines,
    ),
    informationSchemaTable(
      'PLUGINS',
      `PLUGIN_NAME varchar(64)
       PLUGIN_VERSION varchar(20)
       PLUGIN_STATUS varchar(10)
       PLUGIN_TYPE varchar(80)
       PLUGIN_TYPE_VERSION varchar(20)
       PLUGIN_LIBRARY varchar(64) null
       PLUGIN_LIBRARY_VERSION varchar(20) null
       PLUGIN_AUTHOR varchar(64) null
       PLUGIN_DESCRIPTION longtext null
       PLUGIN_LICENSE varchar(80) null
       LOAD_OPTION varchar(64)`,
      () => plugins,
    ),
    informationSchemaTable(
      'CHARACTER_SETS',
      `CHARACTER_SET_NAME varchar(64)
       DEFAULT_COLLATE_NAME varchar(64)
       DESCRIPTION varchar(2048)
       MAXLEN uint`,
      function* () {
        for (const set of characterSets) {
          yield {
            CHARACTER_SET_NAME: set.name,
            DEFAULT_COLLATE_NAME: set.defaultCollation,
            DESCRIPTION: set.description,
            MAXLEN: set.maxLength,
          };
        }
      },
    ),
    informationSchemaTable(
      'COLLATIONS',
      `COLLATION_NAME varchar(64)
       CHARACTER_SET_NAME varchar(64)
       ID ubigint
       IS_DEFAULT varchar(3)
       IS_COMPILED varchar(3)
       SORTLEN uint
       PAD_ATTRIBUTE varchar(9)`,
      function* () {
        for (const collation of collations) {
          yield {
            COLLATION_NAME: collation.name,
            CHARACTER_SET_NAME: collation.characterSet,
            ID: BigInt(collation.id),
            IS_DEFAULT: collation.isDefault ? 'Yes' : '',
            IS_COMPILED: 'Yes',
            SORTLEN: collation.sortLength,
            PAD_ATTRIBUTE: collation.padAttribute,
          };
        }
      },
    ),
    informationSchemaTable(
      'COLLATION_CHARACTER_SET_APPLICABILITY',
      'COLLATION_NAME varchar(64), CHARACTER_SET_NAME varchar(64)',
      function* () {
        for (const { name, characterSet } of collations) {
          yield { COLLATION_NAME: name, CHARACTER_SET_NAME: characterSet };
        }
      },
    ),
    informationSchemaTable('KEYWORDS', 'WORD varchar(128) null, RESERVED int null', () =>
      keywordRows(reservedWords, freeWords),
    ),
    informationSchemaTable('PROCESSLIST', processlistColumns, processlistRows),
  ];
}
