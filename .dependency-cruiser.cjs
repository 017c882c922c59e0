const server = '^packages/server/src'

/** Who may import whom: edge → domain → store; only the composition root knows adapters. See ARCHITECTURE.md. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-the-composition-root-knows-adapters',
      severity: 'error',
      comment:
        'serve and doctor may ask who runs; everything else gets its adapters from compose.ts and compose/.',
      from: {
        path: server,
        pathNot: `${server}/(adapters/|compose(/|\\.ts)|serving\\.ts|cli/doctor\\.ts)`,
      },
      to: { path: `${server}/adapters/` },
    },
    {
      name: 'the-domain-knows-no-edge',
      severity: 'error',
      from: { path: `${server}/(auth|keys|accounts|speech|audit)/` },
      to: { path: `${server}/(edge|cli|adapters)/` },
    },
    {
      name: 'the-store-knows-no-domain',
      severity: 'error',
      from: { path: `${server}/store/` },
      to: { path: `${server}/(auth|keys|accounts|speech|audit|edge|cli|adapters)/` },
    },
    {
      name: 'adapters-know-only-the-ports-they-fill',
      severity: 'error',
      from: { path: `${server}/adapters/` },
      to: { path: `${server}/(edge|cli|auth|accounts)/` },
    },
    {
      name: 'the-edge-asks-the-domain-not-the-store',
      severity: 'error',
      from: { path: `${server}/edge/` },
      to: { path: `${server}/store/` },
    },
    {
      name: 'the-contract-loads-in-a-browser',
      severity: 'error',
      from: { path: '^packages/contract/src' },
      to: { pathNot: '^packages/contract/src|node_modules/zod/' },
    },
    {
      name: 'the-key-core-depends-on-nothing',
      severity: 'error',
      from: { path: '^packages/keycore/src' },
      to: { pathNot: '^packages/keycore/src|^(node:)?(crypto|zlib)$' },
    },
    {
      name: 'the-gpl-engine-is-spawned-never-imported',
      severity: 'error',
      from: { pathNot: '^packages/engine-espeak/' },
      to: { path: '^packages/engine-espeak/(src|test)/' },
    },
    {
      name: 'hosts-know-no-server',
      severity: 'error',
      from: { path: '^packages/engine-(host|espeak)/src' },
      to: { path: '^packages/(server|contract|keycore)/' },
    },
    {
      name: 'the-sdk-is-published-alone',
      severity: 'error',
      from: { path: '^sdks/js/src' },
      to: { path: '^packages/|node_modules/' },
    },
    {
      name: 'the-sdk-loads-in-a-browser',
      severity: 'error',
      comment: 'Only the command line and the helpers for Node know a file.',
      from: { path: '^sdks/js/src', pathNot: '^sdks/js/src/(cli|node)' },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    ...[
      ['ws', `${server}/(edge/ws/|conformance/frame-reader\\.ts)`],
      ['@hono/node-server', `${server}/edge/http/`],
      ['@remix-run/multipart-parser', `${server}/edge/http/multipart\\.ts`],
      ['prom-client', `${server}/metrics\\.ts`],
      ['@opentelemetry/[^/]+', `${server}/tracing\\.ts`],
      ['pino', `${server}/log\\.ts`],
      ['commander', `${server}/cli/`],
      ['better-auth', `${server}/auth/people/`],
      ['@better-auth/[^/]+', `${server}/auth/people/`],
      ['@zxcvbn-ts/[^/]+', `${server}/auth/password-choice\\.ts`],
      ['nodemailer', `${server}/adapters/smtp-mail\\.ts`],
      ['rate-limiter-flexible', `${server}/accounts/request-windows\\.ts`],
      ['canonicalize', `${server}/canonical-json\\.ts`],
      ['ipaddr.js', `${server}/auth/addresses\\.ts`],
      ['pg', `${server}/adapters/postgres`],
      ['koffi', '^packages/engine-espeak/src/backends/'],
      ['uqr', '^packages/dashboard/src/pages/profile/qr-code\\.tsx'],
    ].map(([library, door]) => ({
      name: `one-door-for-${library}`,
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: door },
      to: { path: `node_modules/${library}/` },
    })),
    {
      name: 'tests-of-pages-expect-with-one-patience',
      severity: 'error',
      comment: '`expect` comes from the harness, which says how long it waits; Playwright gives types.',
      from: { path: '^packages/dashboard/test/[^/]+$' },
      to: { path: 'node_modules/@playwright/test/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sources-import-no-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { path: '/test/|^bench/' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      comment:
        'The plugin for LiveKit Agents is loaded by who has it; a test compiles it with the framework.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@livekit/(agents|rtc-node)$' },
    },
    {
      name: 'the-agents-framework-is-the-plugins-alone',
      severity: 'error',
      from: { pathNot: '^sdks/js/src/livekit/' },
      to: { path: '^@livekit/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Other products, installed there only when they are measured; and what is made of sources, not written.
    exclude: { path: '^bench/rivals/better-auth|^packages/dashboard/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
