import { ApiError, apiErrorOf } from './api-error.ts'
import { LINES } from './routes.ts'

/**
 * Sends a recording of a voice, and says how much of it is sent, 0 to 1: `fetch` cannot. Throws `ApiError`; aborting throws
 * the signal's reason.
 */
export function uploadReference(
  voiceId: string,
  file: File,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<void> {
  const [method = 'POST', pattern = ''] = LINES.addVoiceReference.split(' ')
  const form = new FormData()
  form.append('speaker_consent', 'true')
  form.append('file', file)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, pattern.replace('{id}', encodeURIComponent(voiceId)))
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
    request.onload = () => {
      if (request.status < 300) return resolve()
      const headers = { 'x-request-id': request.getResponseHeader('x-request-id') ?? '' }
      apiErrorOf(new Response(request.responseText, { status: request.status, headers })).then(reject, reject)
    }
    request.onerror = () =>
      reject(
        new ApiError({ message: 'No answer', code: null, status: 0, requestId: null, retryAfterS: null }),
      )
    request.onabort = () => reject(signal.reason)
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}
