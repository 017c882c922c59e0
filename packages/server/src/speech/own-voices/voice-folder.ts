import { type FileHandle, open, opendir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../data-folder.ts'
import { Failure } from '../../failure.ts'

/** A file to be kept. Names are ours: no caller's text is ever part of a path. */
export type NewFile = { name: string; bytes: Uint8Array }

/** The recordings of voices, as files of the data folder. A file belongs to whatever row names it. */
export type VoiceFolder = {
  /**
   * Makes files durable, then runs `commit`, which names them in the database; when that fails they are gone again. A
   * process that dies in between leaves them to `sweep`. Throws `SERVICE_UNAVAILABLE` when the disk is full.
   */
  keep<Result>(files: readonly NewFile[], commit: () => Promise<Result>): Promise<Result>
  /** Removes files that no row names any more. Call it after the transaction that says so. */
  remove(names: readonly string[]): Promise<void>
  /** A file in pieces. Throws `NOT_FOUND`. */
  read(name: string): Promise<{ bytes: number; pieces: AsyncGenerator<Uint8Array, void, undefined> }>
  /**
   * Removes what no row names, and none named at the last sweep either: what is being kept now, here or on another node,
   * has its row long before the next one. Returns how many files that were.
   */
  sweep(owned: (names: readonly string[]) => Promise<Set<string>>): Promise<number>
}

/** Where files are, as it is shown. */
export const pathOf = (name: string): string => `voices/${name}`

/** A file is written under this ending, and renamed when all of it is on the disk. */
const UNFINISHED = '.part'
/** Names that are looked up together. */
const SWEPT_TOGETHER = 500
const PIECE_BYTES = 64 * 1024

export function openVoiceFolder(path: string, report: (error: unknown) => void): VoiceFolder {
  makeFolder(path)
  /** What the last sweep found without a row. */
  let suspects = new Set<string>()
  const removeAll = async (names: readonly string[]): Promise<void> => {
    // What stays is swept later.
    for (const name of names) await rm(join(path, name), { force: true }).catch(report)
  }
  return {
    async keep(files, commit) {
      const names = files.flatMap(({ name }) => [name, name + UNFINISHED])
      try {
        for (const file of files) await write(path, file)
        if (files.length > 0) await syncFolder(path)
        return await commit()
      } catch (error) {
        await removeAll(names)
        throw isDiskFull(error) ? new Failure('SERVICE_UNAVAILABLE', undefined, { cause: error }) : error
      }
    },

    remove: removeAll,

    async read(name) {
      const file = join(path, name)
      const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') throw new Failure('NOT_FOUND', 'The recording is gone')
        throw error
      })
      return { bytes: found.size, pieces: piecesOf(file) }
    },

    async sweep(owned) {
      let swept = 0
      const found = new Set<string>()
      const look = async (names: string[]): Promise<void> => {
        const kept = await owned(names)
        for (const name of names) if (!kept.has(name)) found.add(name)
        const orphans = names.filter((name) => found.has(name) && suspects.has(name))
        await removeAll(orphans)
        swept += orphans.length
      }
      let names: string[] = []
      for await (const { name } of await opendir(path)) {
        names.push(name)
        if (names.length < SWEPT_TOGETHER) continue
        await look(names)
        names = []
      }
      await look(names)
      suspects = found
      return swept
    },
  }
}

/** Opened when the first piece is taken: whoever takes none leaves nothing open. */
async function* piecesOf(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  await using handle = await open(file)
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function write(folder: string, { name, bytes }: NewFile): Promise<void> {
  const unfinished = join(folder, name + UNFINISHED)
  await using handle = await open(unfinished, 'wx', 0o600)
  await handle.writeFile(bytes)
  await handle.sync()
  await rename(unfinished, join(folder, name))
}

/** A new name is only durable when its folder is. */
async function syncFolder(path: string): Promise<void> {
  await using folder: FileHandle = await open(path)
  await folder.sync()
}

const isDiskFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException)?.code ?? '')
