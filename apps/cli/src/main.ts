#!/usr/bin/env node
/** The `attentive` program. */
import { attentive } from './attentive.js'
import { processTerminal } from './terminal.js'

// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await attentive(process.argv.slice(2), processTerminal)
