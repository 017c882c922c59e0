import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Config, ConfigError, readConfig, unknownVariables } from '../src/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'kugelaudio-config-'))
after(() => rmSync(folder, { recursive: true }))

const SECRET = 's'.repeat(32)

test('without any variable everything has its default', () => {
  const { config, settings } = readConfig({})
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8000)
  assert.equal(config.dataDir, './data')
  assert.equal(config.publicUrl, null)
  assert.equal(config.secret, null)
  assert.equal(config.defaultPlan, 'free')
  assert.equal(config.engineCommand, null)
  assert.ok(config.engineHosts >= 1)
  assert.equal(config.logLevel, 'info')
  assert.ok(settings.every(({ source }) => source === 'default'))
})

test('the configuration cannot be changed once it is read', () => {
  const { config } = readConfig({})
  assert.throws(() => Object.assign(config, { port: 1 }), TypeError)
})

const RIGHT: [variable: string, text: string, name: keyof Config, value: unknown][] = [
  ['KUGELAUDIO_HOST', '0.0.0.0', 'host', '0.0.0.0'],
  ['KUGELAUDIO_HOST', '::', 'host', '::'],
  ['KUGELAUDIO_HOST', 'speech.internal', 'host', 'speech.internal'],
  ['KUGELAUDIO_PORT', '0', 'port', 0],
  ['KUGELAUDIO_PORT', '65535', 'port', 65_535],
  ['KUGELAUDIO_DATA_DIR', '/srv/a b', 'dataDir', '/srv/a b'],
  [
    'KUGELAUDIO_PUBLIC_URL',
    'https://speech.example.com/base/',
    'publicUrl',
    'https://speech.example.com/base',
  ],
  ['KUGELAUDIO_SECRET', SECRET, 'secret', SECRET],
  [
    'KUGELAUDIO_SECRET_PREVIOUS',
    `${SECRET}1\n${SECRET} 2,`,
    'previousSecrets',
    [`${SECRET}1`, `${SECRET} 2,`],
  ],
  ['KUGELAUDIO_DEFAULT_PLAN', 'starter', 'defaultPlan', 'starter'],
  ['KUGELAUDIO_TRUSTED_PROXIES', '10.0.0.0/8, ::1', 'trustedProxies', ['10.0.0.0/8', '::1']],
  ['KUGELAUDIO_REGION', 'eu', 'region', 'eu'],
  [
    'KUGELAUDIO_REGIONS',
    'eu=https://eu.example.com/, us=http://10.0.0.1:8000/base',
    'regions',
    [
      { name: 'eu', url: 'https://eu.example.com' },
      { name: 'us', url: 'http://10.0.0.1:8000/base' },
    ],
  ],
  ['KUGELAUDIO_ROUTE_COUNTRY_HEADER', 'CF-IPCountry', 'routeCountryHeader', 'cf-ipcountry'],
  [
    'KUGELAUDIO_ROUTE_COUNTRIES',
    'eu=de FR, us=BR',
    'routeCountries',
    new Map([
      ['DE', 'eu'],
      ['FR', 'eu'],
      ['BR', 'us'],
    ]),
  ],
  ['KUGELAUDIO_ENGINE_COMMAND', '["node","my engine.js"]', 'engineCommand', ['node', 'my engine.js']],
  ['KUGELAUDIO_ENGINE_HOSTS', '64', 'engineHosts', 64],
  ['KUGELAUDIO_NODE_URL', 'http://10.0.0.5:8000/', 'nodeUrl', 'http://10.0.0.5:8000'],
  ['KUGELAUDIO_CANARY_SECONDS', '0', 'canarySeconds', 0],
  ['KUGELAUDIO_METRICS_PORT', '9464', 'metricsPort', 9_464],
  ['KUGELAUDIO_LOG_LEVEL', 'debug', 'logLevel', 'debug'],
]

for (const [variable, text, name, value] of RIGHT) {
  test(`${variable}=${variable.startsWith('KUGELAUDIO_SECRET') ? '(a secret)' : text} is taken`, () => {
    const { config, settings } = readConfig({ [variable]: text })
    assert.deepEqual(config[name], value)
    assert.equal(settings.find((setting) => setting.variable === variable)?.source, 'environment')
  })
}

const WRONG: [variable: string, text: string, expected: RegExp][] = [
  ['KUGELAUDIO_HOST', 'a b', /IP address or a host name/],
  ['KUGELAUDIO_HOST', 'http://localhost', /IP address or a host name/],
  ['KUGELAUDIO_PORT', '65536', /whole number from 0 to 65535/],
  ['KUGELAUDIO_PORT', '-1', /whole number/],
  ['KUGELAUDIO_PORT', '80.5', /whole number/],
  ['KUGELAUDIO_PORT', '0x50', /whole number/],
  ['KUGELAUDIO_PORT', '1e3', /whole number/],
  ['KUGELAUDIO_PORT', ' ', /whole number/],
  ['KUGELAUDIO_PORT', 'http', /whole number/],
  ['KUGELAUDIO_PUBLIC_URL', 'speech.example.com', /http or https URL/],
  ['KUGELAUDIO_PUBLIC_URL', 'ftp://speech.example.com', /http or https URL/],
  ['KUGELAUDIO_PUBLIC_URL', 'https://a/?q', /http or https URL/],
  ['KUGELAUDIO_REGION', 'EU', /a short name/],
  ['KUGELAUDIO_REGION', 'global', /not global/],
  ['KUGELAUDIO_REGION', 'eu-west', /a short name/],
  ['KUGELAUDIO_REGIONS', 'eu', /regions and their addresses/],
  ['KUGELAUDIO_REGIONS', 'eu=eu.example.com', /regions and their addresses/],
  ['KUGELAUDIO_REGIONS', 'eu=https://eu.example.com?x', /regions and their addresses/],
  ['KUGELAUDIO_REGIONS', 'eu=https://user:password@eu.example.com', /regions and their addresses/],
  ['KUGELAUDIO_REGIONS', 'global=https://example.com', /not global/],
  ['KUGELAUDIO_REGIONS', 'eu=https://a,eu=https://b', /each once/],
  ['KUGELAUDIO_ROUTE_COUNTRY_HEADER', 'a b', /name of a header/],
  ['KUGELAUDIO_ROUTE_COUNTRIES', 'eu=Germany', /two-letter countries/],
  ['KUGELAUDIO_ROUTE_COUNTRIES', 'eu=DE,us=DE', /each country once/],
  ['KUGELAUDIO_SECRET', 'short', /at least 32 characters/],
  ['KUGELAUDIO_SECRET_PREVIOUS', 'short', /lines of at least 32 characters/],
  ['KUGELAUDIO_DEFAULT_PLAN', 'Not A Plan', /name of a plan/],
  ['KUGELAUDIO_TRUSTED_PROXIES', '10.0.0.0/8,proxy', /addresses or CIDR ranges/],
  ['KUGELAUDIO_TRUSTED_PROXIES', '10.0.0.0/33', /addresses or CIDR ranges/],
  ['KUGELAUDIO_ENGINE_COMMAND', 'node engine.js', /JSON array/],
  ['KUGELAUDIO_ENGINE_COMMAND', '[]', /JSON array/],
  ['KUGELAUDIO_ENGINE_COMMAND', '[1]', /JSON array/],
  ['KUGELAUDIO_ENGINE_COMMAND', '[""]', /JSON array/],
  ['KUGELAUDIO_ENGINE_COMMAND', '{"a":1}', /JSON array/],
  ['KUGELAUDIO_ENGINE_HOSTS', '0', /whole number from 1 to 64/],
  ['KUGELAUDIO_ENGINE_HOSTS', '65', /whole number from 1 to 64/],
  ['KUGELAUDIO_LOG_LEVEL', 'loud', /one of fatal, error/],
]

for (const [variable, text, expected] of WRONG) {
  test(`${variable}=${text} stops the start, with its name and what was expected`, () => {
    const isRight = (error: unknown): boolean => {
      assert.ok(error instanceof ConfigError)
      assert.ok(error.message.startsWith(`${variable} must be `), error.message)
      assert.match(error.message, expected)
      assert.equal(
        error.message.includes(`"${text}"`),
        // What is shown in short is not repeated; an address may hold a password by mistake.
        !/^KUGELAUDIO_(SECRET|REGIONS$|ROUTE_COUNTRIES$)/.test(variable),
        'shown unless secret',
      )
      return true
    }
    assert.throws(() => readConfig({ [variable]: text }), isRight)
  })
}

test('each variable may be the content of a file, without the line break at its end', () => {
  for (const [variable, text, name, value] of RIGHT) {
    const path = join(folder, variable)
    writeFileSync(path, `${text}\n`)
    const { config, settings } = readConfig({ [`${variable}_FILE`]: path })
    assert.deepEqual(config[name], value, variable)
    assert.equal(settings.find((setting) => setting.variable === variable)?.source, 'file')
  }
})

test('a variable and its file together stop the start, as nobody can say which one is meant', () => {
  for (const variable of new Set(RIGHT.map(([name]) => name))) {
    assert.throws(
      () => readConfig({ [variable]: 'x', [`${variable}_FILE`]: '/dev/null' }),
      (error: unknown) => error instanceof ConfigError && error.message.includes(`${variable}_FILE`),
    )
  }
})

test('a file that is not there, is a folder or is wrong stops the start by its name', () => {
  assert.throws(
    () => readConfig({ KUGELAUDIO_SECRET_FILE: join(folder, 'none') }),
    /KUGELAUDIO_SECRET_FILE.*ENOENT/,
  )
  assert.throws(() => readConfig({ KUGELAUDIO_SECRET_FILE: folder }), /KUGELAUDIO_SECRET_FILE.*EISDIR/)
  const path = join(folder, 'short')
  writeFileSync(path, 'hush')
  assert.throws(
    () => readConfig({ KUGELAUDIO_SECRET_FILE: path }),
    (error: unknown) => error instanceof ConfigError && !error.message.includes('hush'),
  )
})

test('a node is of one of the regions that are named', () => {
  const regions = { KUGELAUDIO_REGIONS: 'eu=https://eu.example.com' }
  assert.equal(readConfig({ ...regions, KUGELAUDIO_REGION: 'eu' }).config.region, 'eu')
  assert.throws(
    () => readConfig({ ...regions, KUGELAUDIO_REGION: 'us' }),
    /must be named in KUGELAUDIO_REGIONS/,
  )
})

test('an empty variable counts as not set', () => {
  assert.equal(readConfig({ KUGELAUDIO_PORT: '', KUGELAUDIO_SECRET: '' }).config.port, 8000)
})

test('what is secret is never among the settings to be shown', () => {
  const { settings } = readConfig({ KUGELAUDIO_SECRET: SECRET })
  assert.ok(!JSON.stringify(settings).includes(SECRET))
  assert.equal(settings.find(({ variable }) => variable === 'KUGELAUDIO_SECRET')?.value, '(set, not shown)')
})

test('names that look like settings and are none are found; those of other programs are not', () => {
  assert.deepEqual(
    unknownVariables({
      KUGELAUDIO_PROT: '1',
      KUGELAUDIO_PORT: '1',
      KUGELAUDIO_SECRET_FILE: 'x',
      KUGELAUDIO_API_KEY: 'x',
      PATH: '/bin',
    }),
    ['KUGELAUDIO_PROT'],
  )
})

test('an address for figures without a port is told of, rather than silently serving none', () => {
  assert.throws(
    () => readConfig({ KUGELAUDIO_METRICS_HOST: '0.0.0.0' }),
    new ConfigError('KUGELAUDIO_METRICS_HOST needs KUGELAUDIO_METRICS_PORT.'),
  )
})
