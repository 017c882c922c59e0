/** A reporter of node:test that says one line at the end: how many tests passed and how many failed. */
// biome-ignore lint/style/noDefaultExport: node:test takes a reporter by its default export.
export default async function* counts(events) {
  let passed = 0
  let failed = 0
  let known = 0
  for await (const { type, data } of events) {
    if (data?.details?.type === 'suite') continue
    // What is known to fail is run and shown, and said beside the rest.
    if (data?.todo !== undefined && data.todo !== false) {
      if (type === 'test:pass' || type === 'test:fail') known++
      continue
    }
    if (type === 'test:pass' && !data.skip) passed++
    if (type === 'test:fail') failed++
    // A test that is left out has not passed.
    if (type === 'test:pass' && data.skip) failed++
  }
  yield `${passed} passed, ${failed} failed${known === 0 ? '' : `, ${known} skipped`}\n`
}
