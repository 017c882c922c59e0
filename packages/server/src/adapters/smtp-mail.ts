import { createTransport } from 'nodemailer'
import type { SendMail } from '../keys/expiry-notices.ts'

/** A mail server that says nothing for so long is not waited for. */
const SILENT_MS_MAX = 15_000

/** Hands mails over to a mail server. */
export function createSmtpMail({ url, from }: { url: string; from: string }): SendMail {
  const transport = createTransport(
    {
      url,
      connectionTimeout: SILENT_MS_MAX,
      greetingTimeout: SILENT_MS_MAX,
      socketTimeout: SILENT_MS_MAX,
      // A mail never holds what a file or an address of ours has.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  )
  return async (mail) => void (await transport.sendMail(mail))
}
