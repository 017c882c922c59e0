import './styles/base.css'
import { setNonce } from 'get-nonce'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { startingLanguage } from './app/preferences.ts'
import { activate } from './i18n/i18n.ts'

// Dialogs lock the page behind them with a style of their own, which the policy allows with this alone.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
if (nonce !== undefined && nonce !== '') setNonce(nonce)

const language = startingLanguage()
await activate(language)
const root = document.querySelector('#root')
if (root !== null) createRoot(root).render(<App language={language} />)
