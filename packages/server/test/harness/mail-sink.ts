import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A mail as it was handed over. */
export type Received = { from: string; to: string[]; text: string }

/** A mail server on loopback that takes everything (RFC 5321, as much of it as a client needs). */
export class MailSink {
  readonly url: string
  readonly mails: Received[] = []
  /** Refuses mails for now. */
  isBusy = false
  /** Says nothing to whoever brings a mail before this has come. */
  opens: Promise<void> = Promise.resolve()
  readonly #stop: () => void

  private constructor(port: number, stop: () => void) {
    this.url = `smtp://127.0.0.1:${port}`
    this.#stop = stop
  }

  static async start(): Promise<MailSink> {
    const server = createServer((socket) => void sink.#serve(socket).catch(() => socket.destroy()))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const sink = new MailSink((server.address() as AddressInfo).port, () => server.close())
    return sink
  }

  stop(): void {
    this.#stop()
  }

  async #serve(socket: Socket): Promise<void> {
    const say = (line: string): void => void socket.write(`${line}\r\n`)
    let mail: Received = { from: '', to: [], text: '' }
    let isData = false
    say('220 sink')
    for await (const line of createInterface({ input: socket })) {
      if (isData) {
        if (line !== '.') mail.text += `${line.replace(/^\./, '')}\n`
        else {
          isData = false
          this.mails.push(mail)
          mail = { from: '', to: [], text: '' }
          say('250 taken')
        }
      } else if (/^(EHLO|HELO)/i.test(line)) say('250 sink')
      else if (/^MAIL FROM:/i.test(line)) {
        mail.from = line.slice(10)
        await this.opens
        say(this.isBusy ? '451 later' : '250 ok')
      } else if (/^RCPT TO:/i.test(line)) {
        mail.to.push(line.slice(8).replace(/[<>]/g, ''))
        say('250 ok')
      } else if (/^DATA/i.test(line)) {
        isData = true
        say('354 go on')
      } else if (/^QUIT/i.test(line)) {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
  }
}
