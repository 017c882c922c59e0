import { Command } from 'commander'
import { composeEndpoint } from '../compose/route.ts'
import { realWorld } from '../compose/world.ts'
import { readConfig } from '../config.ts'
import { Failure } from '../failure.ts'
import { createLog, standardOutput } from '../log.ts'
import { startAdvice } from './start-advice.ts'

/** Options, and the settings that they stand for. */
const SETTINGS = {
  regions: 'KUGELAUDIO_REGIONS',
  host: 'KUGELAUDIO_HOST',
  port: 'KUGELAUDIO_PORT',
  only: 'KUGELAUDIO_ROUTE_ONLY',
  countryHeader: 'KUGELAUDIO_ROUTE_COUNTRY_HEADER',
  countries: 'KUGELAUDIO_ROUTE_COUNTRIES',
  trustedProxies: 'KUGELAUDIO_TRUSTED_PROXIES',
} as const

type Options = Partial<Record<keyof typeof SETTINGS, string>>

const HELP = `
Each option is also an environment variable, which it goes before: ${Object.values(SETTINGS).join(', ')}.

Where a request goes:
  - with a key that is prefixed eu- or us-, to that region alone; if it is down, the answer is 503
  - else to the region of the caller's country, where a trusted proxy writes it into the header that is named
  - else to the healthy region that answers /health soonest, as measured from here every second
A region to which no connection can be made, or that is not well, is left out until it answers again. Requests that have
not reached it go to the next one. Its sockets are closed with 1012: clients open another one and say again what they
have not heard.

It passes bytes on as they come, keeps nothing, knows no key and needs no database. Behind it, name its address in
KUGELAUDIO_TRUSTED_PROXIES of the regions: it adds the caller's address to X-Forwarded-For. It speaks no TLS itself.
Logs are JSON lines on standard output. Stopping (SIGINT, SIGTERM) lets what is being spoken end, for 4 s at most.

Examples:
  kugelaudio-server route --regions eu=https://eu.example.com,us=https://us.example.com --port 8080
  kugelaudio-server route --country-header CF-IPCountry --trusted-proxies 10.0.0.0/8 --countries "eu=DE FR,us=US BR"
  kugelaudio-server route --only eu         # the endpoint of one region: everything stays there`

export const routeCommand = (): Command =>
  new Command('route')
    .description(
      'run the endpoint in front of all regions: each request goes to the nearest one that is well',
    )
    .option('--regions <list>', 'every region and its address, as eu=https://…,us=https://…')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on; 0 picks a free one (default: 8000)')
    .option('--only <region>', 'send everything to this region, and nothing anywhere else')
    .option('--country-header <name>', "header that holds the caller's country, as CF-IPCountry")
    .option('--countries <list>', 'which region is nearest to which countries, as "eu=DE FR,us=US BR"')
    .option('--trusted-proxies <ranges>', 'addresses or CIDR ranges whose country header is believed')
    .addHelpText('after', HELP)
    .action(route)

async function route(options: Options): Promise<void> {
  const environment = { ...realWorld.environment }
  for (const [option, variable] of Object.entries(SETTINGS)) {
    const value = options[option as keyof Options]
    if (value === undefined) continue
    environment[variable] = value
    delete environment[`${variable}_FILE`]
  }
  const { config } = readConfig(environment)
  if (config.regions.length === 0)
    throw new Failure(
      'VALIDATION_ERROR',
      'regions: name every region and its address, as eu=https://…,us=https://…',
    )
  const stopped = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.resolve())
  const endpoint = composeEndpoint(config, createLog(config.logLevel, standardOutput()), realWorld)
  const { url } = await endpoint.start().catch((error: NodeJS.ErrnoException) => {
    throw new Failure('CONFLICT', startAdvice(error, config.port), { cause: error.message })
  })
  const regions = config.regions.map(({ name, url }) => `${name} at ${url}`).join(', ')
  process.stderr.write(`\n  KugelAudio endpoint: ${url}\n  Regions:             ${regions}\n\n`)
  await stopped.promise
  await endpoint.stop()
}
