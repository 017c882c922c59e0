/** How many files are told that took longest. */
const LONGEST = 12

/** Counts what the tests of files come to, and how long each file takes. */
export function createCounts() {
  const counts = { passed: 0, failed: 0, known: 0 }
  const seconds = []
  const count = (outcome, data) => {
    if (data.details.type === 'suite') return
    // What is known to fail is run and shown, and said beside the rest.
    if (data.todo !== undefined && data.todo !== false) counts.known++
    // A test that is left out has not passed.
    else counts[data.skip ? 'failed' : outcome]++
  }
  return {
    /** An event of the run of a file. */
    hear({ type, data }, file) {
      if (type === 'test:pass') count('passed', data)
      if (type === 'test:fail') count('failed', data)
      if (type === 'test:complete' && data.name === file)
        seconds.push([Math.round(data.details.duration_ms / 1000), file])
    },
    get failed() {
      return counts.failed
    },
    line: () => {
      const { passed, failed, known } = counts
      return `${passed} passed, ${failed} failed${known === 0 ? '' : `, ${known} skipped`}`
    },
    longest: () =>
      seconds
        .sort(([one], [other]) => other - one)
        .slice(0, LONGEST)
        .map(([time, file]) => `${String(time).padStart(4)} s  ${file}`)
        .join('\n'),
  }
}
