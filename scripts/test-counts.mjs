/** A reporter of node:test that says one line at the end: how many tests passed and how many failed. */
// biome-ignore lint/style/noDefaultExport: node:test takes a reporter by its default export.
export default async function* counts(events) {
  let passed = 0
  let failed = 0
  for await (const { type, data } of events) {
    if (data?.details?.type === 'suite') continue
    if (type === 'test:pass' && !data.skip && !data.todo) passed++
    if (type === 'test:fail') failed++
    // A test that is left out has not passed.
    if (type === 'test:pass' && (data.skip || data.todo)) failed++
  }
  yield `${passed} passed, ${failed} failed\n`
}
