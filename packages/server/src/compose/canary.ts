import { networkInterfaces } from 'node:os'
import type { Plans } from '../accounts/plans.ts'
import { probeModels } from '../adapters/canary-probe.ts'
import type { Config } from '../config.ts'
import { urlOf } from '../edge/http/listener.ts'
import { type Canary, createCanary } from '../keys/canary.ts'
import type { Cluster } from '../keys/cluster.ts'
import type { Log } from '../log.ts'
import type { Observe } from '../observe.ts'
import type { OpenedData } from './data.ts'
import type { World } from './world.ts'

/** How often nodes watch each other, unless the operator says otherwise. */
const CANARY_SECONDS = 60

/** What the nodes prove to each other, and where this one is reached for it. */
export function composeCanary(
  parts: { data: OpenedData; cluster: Cluster; plans: Plans; config: Config; observe: Observe; log: Log },
  { clock, randomBytes }: World,
): Pick<Canary, 'chore' | 'report'> & { introduceAt(listening: Parameters<typeof urlOf>[0]): Promise<void> } {
  const { data, cluster, plans, config, observe, log } = parts
  const { database, node, isShared } = data
  let url = ''
  const canary = createCanary({
    node,
    database,
    isShared,
    clock,
    randomBytes,
    cluster,
    plans,
    probe: probeModels,
    address: () => url,
    everyS: config.canarySeconds ?? (isShared ? CANARY_SECONDS : 0),
    observe: observe.canary,
    log,
  })
  return {
    ...canary,
    async introduceAt(listening) {
      url = config.nodeUrl ?? urlOf(listening, addressOfMachine())
      await canary.introduce()
    },
  }
}

/** The first address of this machine that others can reach. */
function addressOfMachine(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? 'localhost'
}
