#!/usr/bin/env node
/**
 * `pnpm attentive …` in a checkout. A program of node_modules/.bin and not a script of package.json, because pnpm
 * writes a line of its own to standard output before a script.
 */
import { start } from './start.mjs'

await start({ package: '@attentive/cli', file: 'apps/cli/dist/main.js' })
