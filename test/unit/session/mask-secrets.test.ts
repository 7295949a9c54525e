import assert from 'node:assert/strict';
import fc from 'fast-check';
import { maskSecrets } from '../../../src/session/accounts/mask-secrets.ts';

const masked: readonly (readonly [text: string, shown: string])[] = [
  ["CREATE USER u IDENTIFIED BY 'hunter2'", "CREATE USER u IDENTIFIED BY '***'"],
  [
    "create user 'a'@'%' identified with caching_sha2_password by \"hunter2\", b identified by 'hunter2'",
    "create user 'a'@'%' identified with caching_sha2_password by '***', b identified by '***'",
  ],
  ['ALTER USER u IDENTIFIED WITH x AS 0x6875', "ALTER USER u IDENTIFIED WITH x AS '***'"],
  ["/*!50001 CREATE USER u IDENTIFIED BY 'hunter2' */", "/*!50001 CREATE USER u IDENTIFIED BY '***' */"],
  [
    "/* x */ -- y\nALTER USER u IDENTIFIED BY 'it''s\\'hunter2'",
    "/* x */ -- y\nALTER USER u IDENTIFIED BY '***'",
  ],
  ["SET PASSWORD = 'hunter2'", "SET PASSWORD = '***'"],
  ["SET PASSWORD FOR 'u'@'h' = 'hunter2'", "SET PASSWORD FOR 'u'@'h' = '***'"],
  ["SET PASSWORD = PASSWORD('hunter2')", "SET PASSWORD = PASSWORD('***')"],
  [
    "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'ann', PASSWORD 'hunter2', HOST 'h')",
    "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'ann', PASSWORD '***', HOST 'h')",
  ],
  [
    "ALTER SERVER s OPTIONS (`SECRET_ACCESS_KEY` 'hunter2')",
    "ALTER SERVER s OPTIONS (`SECRET_ACCESS_KEY` '***')",
  ],
  ["SELECT 1; CREATE USER u IDENTIFIED BY 'hunter2'", "SELECT 1; CREATE USER u IDENTIFIED BY '***'"],
  ["CREATE USER u IDENTIFIED BY 'hunter2", "CREATE USER u IDENTIFIED BY '***'"],
  ["PREPARE p FROM 'CREATE USER u IDENTIFIED BY ''hunter2'''", "PREPARE p FROM '***'"],
  ['SET @q = \'ALTER USER u IDENTIFIED BY "hunter2"\'', "SET @q = '***'"],
];

const kept = [
  "INSERT INTO users (password) VALUES ('hunter2')",
  "SELECT * FROM t WHERE password = 'x' AND c LIKE 'IDENTIFIED BY'",
  "CREATE TABLE t (password VARCHAR(9) COMMENT 'shown')",
  "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'password')",
  "SET time_zone = '+00:00' -- password",
];

describe('secrets in statements', () => {
  for (const [text, shown] of masked) it(`mask: ${shown}`, () => assert.equal(maskSecrets(text), shown));
  for (const text of kept) it(`keep: ${text}`, () => assert.equal(maskSecrets(text), text));

  it('are masked whatever the password is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3 }), (password) => {
        const secret = `Q${password}Q`;
        const quoted = `'${secret.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
        const text = `CREATE USER u IDENTIFIED WITH mysql_native_password BY ${quoted} COMMENT 'kept'`;
        assert.equal(
          maskSecrets(text),
          "CREATE USER u IDENTIFIED WITH mysql_native_password BY '***' COMMENT 'kept'",
        );
      }),
    );
  });
});
