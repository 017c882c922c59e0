import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** Commits are real; a folder in memory makes them cheap. */
export const MEMORY_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
