// Presses as soon as there is something to press, and notes when what followed was drawn: `pages.ts`.
const { button, reaction } = globalThis.watched
const timed = { drawnMs: null, reactedMs: null }
let isDrawing = false
let wasPressed = false

const afterDrawing = (act) => requestAnimationFrame(() => setTimeout(act))

function look() {
  if (!isDrawing && document.querySelector('h1') !== null) {
    isDrawing = true
    afterDrawing(() => {
      timed.drawnMs = performance.now()
      look()
    })
  }
  if (timed.drawnMs === null) return
  if (!wasPressed) {
    const found = [...document.querySelectorAll('button, label')].find(
      ({ innerText }) => innerText.trim() === button,
    )
    if (found === undefined) return
    wasPressed = true
    found.click()
  }
  if (document.querySelector(reaction) === null) return
  observer.disconnect()
  afterDrawing(() => {
    timed.reactedMs = performance.now()
    globalThis.timed = timed
  })
}

const observer = new MutationObserver(look)
observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
