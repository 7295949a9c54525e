/** The tests of MariaDB Connector/J 2.7.6, the last release whose sources Debian has, by Maven. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { missing, run } from '../clients/fixture.ts';
import { debianSource, must } from './fetch.ts';
import { junitOutcomes } from './outcomes.ts';
import { type Outcome, type Suite, suiteFolder } from './suite.ts';

const name = 'connector-j';
let folder = '';

/** Tests of failover, of pools that wait for minutes and of other servers' machines are left out. */
const classes = [
  'AttributeTest',
  'BasicBatchTest',
  'BigQueryTest',
  'BlobTest',
  'BooleanTest',
  'BufferTest',
  'ByteTest',
  'CatalogTest',
  'CheckDataTest',
  'ClientPreparedStatement*Test',
  'CollationTest',
  'DataTypeSignedTest',
  'DataTypeUnsignedTest',
  'DatabaseMetadataTest',
  'Datatype*Test',
  'DateTest',
  'DriverTest',
  'ErrorMessageTest',
  'ExecuteBatchTest',
  'FetchSizeTest',
  'GeneratedKeysTest',
  'GeneratedTest',
  'JdbcParserTest',
  'LocalInfile*Test',
  'MathTest',
  'MultiTest',
  'ParserTest',
  'PreparedStatementTest',
  'ResultSet*Test',
  'ScrollTypeTest',
  'ServerPrepareStatementTest',
  'SqlExceptionTest',
  'StatementTest',
  'TimeoutTest',
  'TransactionTest',
  'TruncateExceptionTest',
  'UnicodeTest',
  'UpdateResultSet*Test',
];

export const connectorJ: Suite = {
  name,
  databases: ['testj'],
  async prepare() {
    const reason = missing('mvn', ['-v']);
    if (reason !== undefined) return { missing: reason };
    const source = await debianSource(name, 'mariadb-connector-java');
    folder = join(suiteFolder(name), 'build');
    if (!existsSync(folder)) cpSync(source, folder, { recursive: true });
    await must('mvn', ['-q', '-B', 'test-compile'], { cwd: folder });
    return { version: '2.7.6' };
  },
  async run(server) {
    const reports = join(folder, 'target', 'surefire-reports');
    rmSync(reports, { recursive: true, force: true });
    const url = `jdbc:mariadb://127.0.0.1:${server.port}/testj?user=root`;
    const options = [`-DdbUrl=${url}`, `-Dtest=${classes.join(',')}`, '-Dmaven.test.failure.ignore=true'];
    const ran = await run('mvn', ['-B', 'surefire:test', '-DfailIfNoTests=false', ...options], {
      cwd: folder,
    });
    const outcomes = new Map<string, Outcome>();
    for (const file of readdirSync(reports).filter((each) => each.endsWith('.xml'))) {
      const found = junitOutcomes(readFileSync(join(reports, file), 'utf8'));
      for (const [test, outcome] of found) outcomes.set(test.replace('org.mariadb.jdbc.', ''), outcome);
    }
    return { outcomes, log: `${ran.stdout}\n${ran.stderr}` };
  },
};
