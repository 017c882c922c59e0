import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  DEFAULT_PLANS,
  DEFAULT_SCOPES,
  FEATURES,
  type Feature,
  ROUTES,
  type Route,
  type Scope,
} from '@kugelaudio/contract'
import { ConfigError, readConfig, type Setting } from '../src/config.ts'
import { accountOf, ask, send, usageOf } from './harness/account-api.ts'
import { answerOf, expectFlat, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { accountOn, changePlan, keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { Machine } from './harness/processes.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import type { TestServer } from './harness/test-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'kugelaudio-plans-'))
after(() => rmSync(folder, { recursive: true }))

const plansOf = (plans: unknown) => readConfig({ KUGELAUDIO_PLANS: JSON.stringify(plans) }).config.plans
const GOLD = planOf('gold', { requests_per_minute: 5, features: ['tokens'] })

test('without a setting, the plans are those of the contract', () => {
  assert.deepEqual(readConfig({}).config.plans, DEFAULT_PLANS)
})

test("the operator's plans replace those of their name and come beside the others, in both forms", () => {
  const free = planOf('free', { characters_per_month: 5 })
  for (const written of [[free, GOLD], { plans: [free, GOLD] }]) {
    assert.deepEqual(plansOf(written), [free, ...DEFAULT_PLANS.slice(1), GOLD])
  }
})

const WRONG: [what: string, text: string, about: RegExp][] = [
  ['no JSON', 'plans', /must be a JSON array of plans/],
  ['no list', '{"gold":1}', /must be a JSON array of plans/],
  [
    'a plan without a limit',
    JSON.stringify([GOLD, { name: 'half' }]),
    /of plan 2, requests_per_minute: is required/,
  ],
  [
    'a limit of 0',
    JSON.stringify([{ ...GOLD, concurrent_streams: 0 }]),
    /of plan 1, concurrent_streams: must be/,
  ],
  [
    'text as a limit',
    JSON.stringify([{ ...GOLD, characters_per_month: '5' }]),
    /characters_per_month: must be/,
  ],
  [
    'a request that is too long',
    JSON.stringify([{ ...GOLD, characters_per_request: 10_001 }]),
    /characters_per_request: must be at most 10000/,
  ],
  [
    'a feature nobody knows',
    JSON.stringify([{ ...GOLD, features: ['magic'] }]),
    /features\.0: must be one of/,
  ],
  ['a member nobody knows', JSON.stringify([{ ...GOLD, price: 5 }]), /price/],
  ['a name that is none', JSON.stringify([{ ...GOLD, name: 'Gold plan' }]), /of plan 1, name: must begin/],
  ['one name twice', JSON.stringify([GOLD, GOLD]), /gold is there twice/],
]

for (const [what, text, about] of WRONG) {
  test(`${what} stops the start, saying what is wrong in which setting`, () => {
    assert.throws(
      () => readConfig({ KUGELAUDIO_PLANS: text }),
      (error: unknown) =>
        error instanceof ConfigError &&
        error.message.startsWith('KUGELAUDIO_PLANS must be ') &&
        about.test(error.message),
    )
    const path = join(folder, 'wrong.json')
    writeFileSync(path, text)
    assert.throws(
      () => readConfig({ KUGELAUDIO_PLANS_FILE: path }),
      /^ConfigError|KUGELAUDIO_PLANS_FILE must be /,
    )
  })
}

test('a default plan that does not exist stops the start; one of the file is taken', () => {
  assert.throws(
    () => readConfig({ KUGELAUDIO_DEFAULT_PLAN: 'gold' }),
    /KUGELAUDIO_DEFAULT_PLAN must be .*free, starter/,
  )
  const both = { KUGELAUDIO_DEFAULT_PLAN: 'gold', KUGELAUDIO_PLANS: JSON.stringify([GOLD]) }
  assert.equal(readConfig(both).config.defaultPlan, 'gold')
})

test('a wrong file stops serve; doctor shows the plans and where they come from', async () => {
  const path = join(folder, 'plans.json')
  writeFileSync(path, '[{"name":"gold"}]')
  await using machine = await Machine.open({ KUGELAUDIO_PLANS_FILE: path })
  const refused = await machine.run(['serve'])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /KUGELAUDIO_PLANS_FILE must be .* of plan 1, requests_per_minute: is required/)
  writeFileSync(path, JSON.stringify([GOLD]))
  const { settings } = await machine.json<{ settings: Setting[] }>(['doctor'])
  const shown = settings.find(({ variable }) => variable === 'KUGELAUDIO_PLANS')
  assert.deepEqual([shown?.value, shown?.source], ['free, starter, business, enterprise, gold', 'file'])
})

test('an account may be on a plan of the file, and on no plan that does not exist', async () => {
  await using machine = await Machine.open({ KUGELAUDIO_PLANS: JSON.stringify([GOLD]) })
  const create = (email: string, plan: string) =>
    machine.run(['account', 'create', '--email', email, '--name', 'A', '--plan', plan, '--json'])
  assert.equal(JSON.parse((await create('gold@example.com', 'gold')).stdout).plan, 'gold')
  const unknown = await create('lead@example.com', 'lead')
  assert.equal(unknown.code, 1)
  assert.match(unknown.stdout, /plan: must be one of free, starter, business, enterprise, gold/)
})

test('an account whose plan the file no longer has falls to the default plan', async () => {
  await using machine = await Machine.open()
  const settings = { KUGELAUDIO_PLANS: JSON.stringify([GOLD]) }
  const { key, account_id: accountId } = await machine.createKey('plans')
  await machine.json(['account', 'plan', accountId, 'gold'], { environment: settings })
  const golden = await machine.serve(settings)
  assert.deepEqual((await accountOf(golden, key)).plan, GOLD)
  await golden.stop()
  const plain = await machine.serve()
  assert.equal((await accountOf(plain, key)).plan.name, 'free')
  const answer = await ask(plain, key, '/v1/models')
  assert.equal(answer.headers.get('ratelimit-policy'), '"account";q=60;w=60')
})

let server: TestServer
before(async () => {
  const without = (feature: Feature) =>
    planOf(`no_${feature}`, { features: FEATURES.filter((other) => other !== feature) })
  server = await startWithPlans([
    planOf('none'),
    planOf('all', { features: [...FEATURES] }),
    ...FEATURES.map(without),
  ])
})
after(() => server.stop())

async function expectForbidden(answer: Response, about: string): Promise<void> {
  assert.equal(answer.status, 403, about)
  assert.equal(await answer.text(), FORBIDDEN_BODY, about)
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/, about)
}

const gated = (Object.values(ROUTES) as Route[]).filter(({ feature }) => feature !== undefined)

test('there are routes that need a feature', () => assert.ok(gated.length > 0))

for (const { method, path, access, feature, operationId } of gated) {
  test(`${operationId} is the 403 of the page on every plan that does not include ${feature}`, async () => {
    const isScoped = access !== 'open' && access !== 'key' && access !== 'session'
    // A sample of a voice is spoken.
    const scopes: Scope[] = isScoped ? [...new Set<Scope>([access, 'speech:generate'])] : [...DEFAULT_SCOPES]
    const id = path.replaceAll(/\{\w+\}/g, 'none')
    // Scopes of their own need a feature themselves: the key is made on a plan that has it.
    const { key, account_id: accountId } = await keyOn(server, 'all', { name: 'scoped', scopes })
    const call = () => ask(server, key, id, { method })
    assert.notEqual((await call()).status, 403, 'where it is included')
    for (const plan of ['none', `no_${feature}`]) {
      await changePlan(server, accountId, plan)
      await expectForbidden(await call(), plan)
    }
  })
}

/** A key that manages those of an account on a plan. */
async function managerOn(plan: string): Promise<string> {
  const manager = await keyOn(server, 'all', { name: 'manager', scopes: ['keys:manage'] })
  await changePlan(server, manager.account_id, plan)
  return manager.key
}

const range = ['203.0.113.0/24']

test('keys with addresses or scopes of their own need their feature, to be made and to be changed', async () => {
  const cases = [
    ['no_ip_allow_list', { allowed_ips: range }],
    ['no_scoped_keys', { scopes: ['speech:generate'] }],
    ['no_scoped_keys', { scopes: [...DEFAULT_SCOPES, 'keys:manage'] }],
  ] as const
  for (const [plan, wish] of cases) {
    const manager = await managerOn(plan)
    const create = (body: object) => send(server, manager, 'POST', '/v1/api-keys', { name: 'new', ...body })
    await expectForbidden(await create(wish), plan)
    const made = await create({})
    assert.equal(made.status, 201)
    const { id } = (await made.json()) as { id: string }
    const change = (body: object) => send(server, manager, 'PATCH', `/v1/api-keys/${id}`, body)
    await expectForbidden(await change(wish), plan)
    const kept = (await (await ask(server, manager, `/v1/api-keys/${id}`)).json()) as { allowed_ips: unknown }
    assert.equal(kept.allowed_ips, null, 'nothing was changed')
    assert.equal((await change({ name: 'other', limits: { requests_per_minute: 5 } })).status, 200)
  }
})

test('the default scopes, in whatever order, and no addresses, need no feature', async () => {
  const manager = await managerOn('none')
  const wish = { name: 'new', scopes: DEFAULT_SCOPES.toReversed(), allowed_ips: null }
  assert.equal((await send(server, manager, 'POST', '/v1/api-keys', wish)).status, 201)
})

test('what a key was given stays with it on a smaller plan, and can be taken away', async () => {
  const manager = await keyOn(server, 'all', { name: 'manager', scopes: ['keys:manage'] })
  const { account_id: accountId } = manager
  const { key, id } = await server.createKey({ accountId, allowed_ips: ['198.51.100.7'] })
  await changePlan(server, accountId, 'none')
  assert.equal((await ask(server, key, '/v1/models')).status, 403, 'still bound to its address')
  const freed = await send(server, manager.key, 'PATCH', `/v1/api-keys/${id}`, { allowed_ips: null })
  assert.equal(freed.status, 200)
  assert.equal((await ask(server, key, '/v1/models')).status, 200)
})

test("a key's voices and models are the only ones it speaks with; without a voice, the first of them", async (t) => {
  const accountId = await accountOn(server, 'none')
  const { key } = await server.createKey({
    accountId,
    limits: { voices: ['tone-b', '3'], models: ['kugel-3'] },
  })
  const status = async (body: object) => (await generate(server, key, { text: 'word', ...body })).status
  for (const voice_id of [2, '2', 'tone-b', 3, 'tone-c'])
    assert.equal(await status({ voice_id }), 200, `${voice_id}`)
  for (const voice_id of [1, '1', 'tone-a'])
    await expectForbidden(await generate(server, key, { text: 'word', voice_id }), `${voice_id}`)
  await bytesOf(await generate(server, key, { text: 'word' }))
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  ;(await client.speak({ text: 'word', voice_id: 1 })).failure('FORBIDDEN')
  assert.equal((await client.speak({ text: 'word' })).end.kind, 'final')
  const { series } = await usageOf(server, key, '?group_by=voice')
  assert.deepEqual(
    series.map(({ voice, requests }) => [voice, requests]),
    [
      ['tone-b', 5],
      ['tone-c', 2],
    ],
  )
  const unknown = await answerOf(await generate(server, key, { text: 'word', model_id: 'nobody' }))
  expectFlat(unknown, 'VALIDATION_ERROR')
})
