/** A share of Django's own tests: what its ORM asks of a database. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../clients/fixture.ts';
import { pythonEnvironment, pythonSource } from './fetch.ts';
import { unittestOutcomes } from './outcomes.ts';
import type { Suite } from './suite.ts';

const version = '5.2.19';
const name = 'django';
let python = '';
let folder = '';

const labels = [
  'aggregation',
  'annotations',
  'basic',
  'bulk_create',
  'dates',
  'datetimes',
  'db_functions',
  'expressions',
  'expressions_case',
  'expressions_window',
  'lookup',
  'null_queries',
  'or_lookups',
  'ordering',
  'queries',
  'raw_query',
  'transactions',
  'update',
];

export const django: Suite = {
  name,
  databases: [],
  async prepare() {
    const packages = ['mysqlclient', 'sqlparse', 'asgiref', 'tzdata', 'jinja2', 'PyYAML', 'Pillow'];
    python = await pythonEnvironment(name, [...packages, `Django==${version}`]);
    folder = await pythonSource(name, `Django==${version}`);
    return { version };
  },
  async run(server) {
    const environment = {
      SUITE_PORT: String(server.port),
      PYTHONPATH: fileURLToPath(new URL('django', import.meta.url)),
      PYTHONWARNINGS: 'ignore',
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const options = ['--settings=suite_settings', '--noinput', '--parallel=1', '-v', '2'];
    const ran = await run(python, ['runtests.py', ...options, ...labels], {
      cwd: join(folder, 'tests'),
      environment,
    });
    return { outcomes: unittestOutcomes(ran.stderr), log: `${ran.stdout}\n${ran.stderr}` };
  },
};
