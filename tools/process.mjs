/** Child processes: they use this very Node, whatever else is installed, and report to nobody. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Folders whose programs come before those of the machine; `bootstrap` adds the one of pnpm. */
export const programFolders = [dirname(process.execPath), join(root, 'node_modules/.bin')]

function environment() {
  const { PATH = '', Path = PATH, ...rest } = process.env
  return {
    ...rest,
    PATH: [...programFolders, Path].join(delimiter),
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] default the root of the repository
 * @property {'show' | 'show-on-stderr' | 'keep'} [output] where standard output goes; standard error goes with it
 * @property {Record<string, string>} [env] more environment variables
 * @property {number} [minutes] after which the process is ended, and counts as failed
 */

const showing = { show: 'inherit', 'show-on-stderr': 2, keep: 'pipe' }

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, stdout: string, output: string }>} exit code (not 0 too when it could not start
 *   or was ended); with `keep`, what it printed on standard output, and on both.
 */
export function run(program, args, { cwd = root, output = 'keep', env = {}, minutes = 15 } = {}) {
  const stdio = /** @type {import('node:child_process').StdioOptions} */ ([
    output === 'keep' ? 'ignore' : 'inherit',
    showing[output],
    output === 'keep' ? 'pipe' : 'inherit',
  ])
  const isScript = process.platform === 'win32' && program !== process.execPath
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      stdio,
      shell: isScript,
      timeout: minutes * 60_000,
      env: { ...environment(), ...env },
    })
    let stdout = ''
    let all = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text
      all += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      all += text
    })
    child.on('error', (error) => resolve({ code: 1, stdout, output: `${all}${program}: ${error.message}\n` }))
    child.on('close', (code, signal) => {
      const end = signal ? `${program} was ended by ${signal} (limit ${minutes} minutes)\n` : ''
      resolve({ code: code ?? 1, stdout, output: all + end })
    })
  })
}

/**
 * Runs npm: the one that started this script, or the one on the path.
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function npm(args, options) {
  const { npm_execpath: starter = '' } = process.env
  const isNpm = /[\\/]npm-cli\.js$/.test(starter) && existsSync(starter)
  return isNpm ? run(process.execPath, [starter, ...args], options) : run('npm', args, options)
}
