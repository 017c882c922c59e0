import { defineConfig } from 'tsdown'

// biome-ignore lint/style/noDefaultExport: tsdown takes its configuration by the default export.
export default defineConfig({
  entry: ['src/index.ts', 'src/management.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  dts: true,
  clean: true,
  report: false,
  logLevel: 'warn',
})
