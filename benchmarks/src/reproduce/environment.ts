/** With what a result was made. */
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { chooseEngine, type EngineName, findOnnxRuntime } from '@attentive/core'

export interface Environment {
  versions: { attentive: string; node: string; onnxruntime: string | null }
  machine: { cpu: string; cores: number; platform: string }
  engine: EngineName
  /** Threads inside one operation; null: the physical cores. */
  threads: number | null
}

const require = createRequire(import.meta.url)

export function describeEnvironment(threads: number | undefined): Environment {
  const runtime = findOnnxRuntime()
  return {
    versions: {
      attentive: (require('@attentive/nlp/package.json') as { version: string }).version,
      node: process.versions.node,
      onnxruntime: runtime.runtime ? runtime.version : null,
    },
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      platform: `${process.platform}-${process.arch}`,
    },
    engine: chooseEngine(),
    threads: threads ?? null,
  }
}
