import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ConfigError, describe, loadConfig } from 'PACKAGE';

const database = 'postgres://user:hidden@localhost/db';
const plain = (value) => JSON.parse(JSON.stringify(value));

function issuesOf(input, env) {
  try {
    loadConfig(input, env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'ConfigError');
    const lines = error.issues.map(({ path, message }) => `${path}: ${message}`);
    assert.equal(error.message, lines.join('\n'));
    return error.issues.map(({ path }) => path);
  }
  return [];
}

test('defaults', () => {
  assert.deepEqual(plain(loadConfig({ database })), {
    server: { host: '127.0.0.1', port: 8080 },
    log: { level: 'info', pretty: false },
    origins: [],
    database,
    timeoutMs: 5000,
  });
});

test('input', () => {
  const input = { server: { port: 65535 }, log: { level: 'debug', pretty: true }, origins: ['https://a.example'], database, timeoutMs: 1 };
  const config = plain(loadConfig(input));
  assert.deepEqual(config.server, { host: '127.0.0.1', port: 65535 });
  assert.deepEqual(config.log, { level: 'debug', pretty: true });
  assert.deepEqual(config.origins, ['https://a.example']);
  assert.equal(config.timeoutMs, 1);
});

test('the environment wins', () => {
  const env = { HOST: '0.0.0.0', PORT: '90', LOG_LEVEL: 'warn', LOG_PRETTY: '1', ORIGINS: ' http://a.example, https://b.example ,', DATABASE_URL: database, TIMEOUT_MS: '7', OTHER: 'x' };
  const config = plain(loadConfig({ server: { port: 80, host: 'x' }, database: 'postgres://other/db' }, env));
  assert.deepEqual(config, {
    server: { host: '0.0.0.0', port: 90 },
    log: { level: 'warn', pretty: true },
    origins: ['http://a.example', 'https://b.example'],
    database,
    timeoutMs: 7,
  });
});

test('empty variables count as missing', () => {
  const config = loadConfig({ database, server: { port: 81 } }, { PORT: '', HOST: '', ORIGINS: '', LOG_PRETTY: '' });
  assert.equal(config.server.port, 81);
  assert.equal(config.server.host, '127.0.0.1');
});

test('variables for true and false', () => {
  const pretty = (LOG_PRETTY) => loadConfig({ database, log: { pretty: LOG_PRETTY === 'false' || LOG_PRETTY === '0' } }, { LOG_PRETTY }).log.pretty;
  assert.deepEqual(['true', '1', 'false', '0'].map(pretty), [true, true, false, false]);
  assert.deepEqual(issuesOf({ database }, { LOG_PRETTY: 'yes' }), ['log.pretty']);
});

test('the result is frozen, and the input is not', () => {
  const input = { database, server: { port: 1 }, origins: ['http://a.example'] };
  const config = loadConfig(input);
  assert.ok([config, config.server, config.log, config.origins].every(Object.isFrozen));
  assert.ok(![input, input.server, input.origins].some(Object.isFrozen));
});

test('what is missing or wrong, sorted by path', () => {
  assert.deepEqual(issuesOf({}), ['database']);
  assert.deepEqual(issuesOf({ timeoutMs: 0, server: { port: 65536, host: 5 }, log: { level: 'loud' }, database: 'mysql://x/y' }), [
    'database',
    'log.level',
    'server.host',
    'server.port',
    'timeoutMs',
  ]);
  assert.deepEqual(issuesOf({ database, timeoutMs: 1.5 }), ['timeoutMs']);
  assert.deepEqual(issuesOf({ database, server: { port: '80' } }), ['server.port']);
});

test('problems of variables have the path of the setting', () => {
  assert.deepEqual(issuesOf({ database }, { PORT: '80x', TIMEOUT_MS: '-1', LOG_LEVEL: 'x' }), ['log.level', 'server.port', 'timeoutMs']);
  assert.deepEqual(issuesOf({}, { DATABASE_URL: 'nonsense' }), ['database']);
});

test('origins', () => {
  assert.deepEqual(issuesOf({ database, origins: ['http://a.example', 'ftp://a.example', 'x'] }), ['origins.1', 'origins.2']);
  assert.deepEqual(issuesOf({ database, origins: 'http://a.example' }), ['origins']);
});

test('unknown keys', () => {
  assert.deepEqual(issuesOf({ database, colour: 1, server: { prot: 1, hsot: 2 } }), ['colour', 'server.hsot', 'server.prot']);
});

test('no object at all', () => {
  assert.deepEqual(issuesOf('x'), ['']);
  assert.deepEqual(issuesOf([]), ['']);
});

test('the database is not told', () => {
  try {
    loadConfig({ database: 'mysql://user:hidden@localhost/db' });
    assert.fail('nothing was thrown');
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.ok(!error.message.includes('hidden'));
    assert.ok(!JSON.stringify(error.issues).includes('hidden'));
  }
});

test('describe', () => {
  const settings = describe();
  assert.deepEqual(settings.map(({ path }) => path), ['database', 'log.level', 'log.pretty', 'origins', 'server.host', 'server.port', 'timeoutMs']);
  assert.deepEqual(settings.map(({ env }) => env), ['DATABASE_URL', 'LOG_LEVEL', 'LOG_PRETTY', 'ORIGINS', 'HOST', 'PORT', 'TIMEOUT_MS']);
  assert.deepEqual(settings.map((setting) => setting.default), [undefined, 'info', false, [], '127.0.0.1', 8080, 5000]);
});
