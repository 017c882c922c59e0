import { defineConfig, type UserConfig } from 'tsdown'

const COMMON: UserConfig = {
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  logLevel: 'error',
  inputOptions: { checks: { pluginTimings: false } },
  deps: { neverBundle: [/^node:/, /^@livekit\//] },
}

// biome-ignore lint/style/noDefaultExport: tsdown takes its configuration by the default export.
export default defineConfig([
  {
    ...COMMON,
    entry: ['src/index.ts', 'src/management.ts', 'src/playback.ts', 'src/node.ts', 'src/livekit.ts'],
    format: ['esm', 'cjs'],
    dts: true,
  },
  { ...COMMON, entry: ['src/cli.ts'], format: 'esm', dts: false, clean: false },
])
