/** Every part of an example is a program, and a module for those that build on it. */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Whether this module is the program that was started (`import.meta.main` is there from Node 24 on only). */
export function isMain(moduleUrl: string): boolean {
  const [, program] = process.argv
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl)
}
