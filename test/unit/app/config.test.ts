import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../../../src/app/config.ts';
import { openDataDirectory } from '../../../src/app/data-directory.ts';
import { helpText, optionSpecs } from '../../../src/app/options.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import { isLoopbackAddress } from '../../../src/catalog/host-pattern.ts';

describe('app/config', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidegate-config-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('takes flags before the environment before the file before defaults', () => {
    const file = join(directory, 'c.json');
    writeFileSync(file, JSON.stringify({ port: 1, host: '127.0.0.3', 'flush-rows': 7, 'flush-bytes': '2m' }));
    const config = readConfig(['--config', file, '--port=3'], {
      TIDEGATE_PORT: '2',
      TIDEGATE_HOST: '127.0.0.2',
    });
    assert.equal(config.port, 3);
    assert.equal(config.host, '127.0.0.2');
    assert.equal(config.limits.flushRows, 7);
    assert.equal(config.limits.flushBytes, 2 * 1024 * 1024);
    assert.equal(config.limits.maxConnections, defaultLimits.maxConnections);
  });

  it('says what is wrong and where it stands', () => {
    const fails = (args: string[], environment: NodeJS.ProcessEnv, message: RegExp): void => {
      assert.throws(
        () => readConfig(args, environment),
        (error) => error instanceof ConfigError && message.test(error.message),
      );
    };
    fails(['--prot', '1'], {}, /unknown option --prot/);
    fails(['--port'], {}, /--port needs a value/);
    fails(['--port', '70000'], {}, /--port: 70000 is out of range; allowed is 0 to 65535/);
    fails([], { TIDEGATE_PORT: 'x' }, /TIDEGATE_PORT: 'x' is not a whole number/);
    fails(['--tls', 'maybe'], {}, /--tls: 'maybe' is not one of auto, off, required/);
    fails(['--tls-cert', 'a'], {}, /go together/);
    fails(['stray'], {}, /unexpected argument 'stray'/);
    fails(['--config', join(directory, 'none.json')], {}, /cannot read the configuration file/);
  });

  it('reads booleans as flags', () => {
    assert.equal(readConfig([], {}).localInfile, true);
    assert.equal(readConfig(['--no-local-infile'], {}).localInfile, false);
    assert.equal(readConfig(['--local-infile=off'], {}).localInfile, false);
  });

  it('knows which addresses only this machine reaches', () => {
    assert.deepEqual(['127.0.0.1', 'localhost', '::1', '0.0.0.0', '10.0.0.1'].map(isLoopbackAddress), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('documents every option', () => {
    for (const option of optionSpecs) assert.ok(helpText().includes(`--${option.name}`), option.name);
  });

  it('lets one process have a data directory, and takes over a lock whose process is gone', () => {
    const data = join(directory, 'data');
    const first = openDataDirectory(data);
    assert.throws(() => openDataDirectory(data), /in use by process/);
    first.unlock();
    writeFileSync(join(data, 'LOCK'), '999999999 1\n');
    openDataDirectory(data).unlock();
    writeFileSync(join(data, 'LOCK'), `${process.pid} 1\n`);
    if (process.platform === 'linux') openDataDirectory(data).unlock();
  });
});
