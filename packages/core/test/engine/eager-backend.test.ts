/**
 * On what functions run eagerly, with tfjs-node and WebAssembly there, missing or broken. The two are played by the
 * plain backend under their names, so that every state can be had on every machine.
 */
import util from 'node:util'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { currentBackend, restoreBackend } from '../../src/engine/backends/current-backend.js'
import { heardWarnings } from './warnings.js'

type Engine = typeof import('../../src/engine/index.js')

/** What `require` would find, by name of the module: loading it registers a backend, as the real ones do. */
const installed = vi.hoisted(() => new Map<string, () => void>())
const loads: string[] = []
vi.mock('../../src/engine/optional-module.js', async (original) => {
  const actual = await original<typeof import('../../src/engine/optional-module.js')>()
  return {
    ...actual,
    loadOptionalModule(name: string) {
      if (name === 'onnxruntime-node') return actual.loadOptionalModule(name)
      loads.push(name)
      const load = installed.get(name)
      if (!load) return { module: null, reason: `${name} is not installed` }
      load()
      return { module: {}, version: '4.22.0', reason: null }
    },
  }
})

tf.env().set('PROD', true) // the plain backend is not to advertise itself

function playBackend(name: string): void {
  tf.registerBackend(name, () => new MathBackendCPU(), 2)
  tf.copyRegisteredKernels('cpu', name)
}

/** Makes itself current, as the real one does. */
const tfjsNode = () => {
  playBackend('tensorflow')
  void tf.setBackend('tensorflow')
}
const wasm = () => playBackend('wasm')

const brokenTfjsNode = () => {
  tfjsNode()
  tf.unregisterKernel('Add', 'tensorflow')
  const kernelFunc = () => {
    throw new TypeError('(0 , util_1.isNullOrUndefined) is not a function')
  }
  tf.registerKernel({ kernelName: 'Add', backendName: 'tensorflow', kernelFunc })
}

function install({ tensorflow, webAssembly }: { tensorflow?: () => void; webAssembly?: () => void }): void {
  if (tensorflow) installed.set('@tensorflow/tfjs-node', tensorflow)
  if (webAssembly) installed.set('@tensorflow/tfjs-backend-wasm', webAssembly)
}

let engine: Engine
const warnings = heardWarnings()
const node = util as { isNullOrUndefined?: unknown; isArray?: unknown }
const nodesOwn = { isNullOrUndefined: node.isNullOrUndefined, isArray: node.isArray }

beforeEach(async () => {
  // Node as tfjs-node needs it, also where it is newer.
  for (const name of ['isNullOrUndefined', 'isArray'] as const) node[name] ??= () => false
  vi.resetModules() // what was found is remembered for the whole process
  engine = await import('../../src/engine/index.js')
  vi.stubEnv('ATTENTIVE_ENGINE', undefined)
  restoreBackend(null)
})

afterEach(() => {
  vi.unstubAllEnvs()
  Object.assign(node, nodesOwn)
  installed.clear()
  loads.length = 0
  for (const name of ['tensorflow', 'wasm']) {
    if (tf.findBackendFactory(name)) tf.removeBackend(name)
    for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name)
  }
})

async function run(request: Parameters<Engine['chooseEngine']>[0]) {
  const fn = engine.compile(({ x }: { x: tf.Tensor }) => tf.add(tf.neg(x), 1), { engine: request })
  const { data } = await fn({ x: new engine.NdArray(Float32Array.of(1, -2), [2]) })
  expect([...data]).toEqual([0, 3])
  return fn.stats
}

describe('when nobody chose a backend, eager functions run on', () => {
  it('tfjs-node, if it is installed and works', async () => {
    install({ tensorflow: tfjsNode, webAssembly: wasm })
    expect(await run('eager')).toMatchObject({ engine: 'eager', backend: 'tensorflow' })
    expect(tf.getBackend()).toBe('tensorflow')
    expect(loads).toEqual(['@tensorflow/tfjs-node'])
  })

  it('WebAssembly, if that is there instead', async () => {
    install({ webAssembly: wasm })
    expect((await run('eager')).backend).toBe('wasm')
  })

  it('plain JavaScript, if neither is', async () => {
    expect((await run('eager')).backend).toBe('cpu')
  })

  it('what works, if tfjs-node does not', async () => {
    install({ tensorflow: brokenTfjsNode })
    expect((await run('eager')).backend).toBe('cpu')
    expect(engine.loadTfjsNode()).toEqual({
      tf: null,
      reason: expect.stringContaining('does not compute: (0 , util_1.isNullOrUndefined) is not a function'),
    })
  })
})

describe('a backend that somebody chose', () => {
  it('stays, whatever is installed', async () => {
    install({ tensorflow: tfjsNode })
    await tf.setBackend('cpu')
    expect((await run('eager')).backend).toBe('cpu')
    expect(loads).toEqual([])
  })

  it('makes way for the engine that a function asks for, while that runs', async () => {
    install({ tensorflow: tfjsNode, webAssembly: wasm })
    await tf.setBackend('cpu')
    expect((await run('tfjs-node')).backend).toBe('tensorflow')
    expect((await run('wasm')).backend).toBe('wasm')
    expect(tf.getBackend()).toBe('cpu')
  })

  it('is left alone by a function that is compiled, and so is "none"', async () => {
    install({ tensorflow: tfjsNode })
    expect(await run('onnxruntime')).toMatchObject({ engine: 'onnxruntime', backend: null })
    expect(currentBackend()).toBeNull()
    await tf.setBackend('cpu')
    await run('onnxruntime')
    expect(tf.getBackend()).toBe('cpu')
    expect(loads).toEqual([])
  })

  it('is still "none" after tfjs-node was looked for', () => {
    install({ tensorflow: tfjsNode })
    expect(engine.loadTfjsNode().tf).not.toBeNull()
    expect(currentBackend()).toBeNull()
  })
})

describe('tfjs-node chosen on a Node that it does not run on', () => {
  beforeEach(() => {
    delete node.isNullOrUndefined
    tfjsNode()
  })

  it('gives way to what works, with one explanation', async () => {
    for (let i = 0; i < 2; i++) expect((await run('eager')).backend).toBe('cpu')
    expect(await warnings()).toEqual([
      expect.stringMatching(/does not run on Node .*: use Node 20 or 22\..* runs on cpu, which is slower/),
    ])
  })

  it('takes tensors along that were made on it', async () => {
    const neg = engine.compile(({ x }: { x: tf.Tensor }) => tf.neg(x), { engine: 'eager' })
    expect([...(await neg({ x: tf.tensor([1, 2]) })).data]).toEqual([-1, -2])
  })
})

describe('an engine that is asked for and is not there', () => {
  it('tfjs-node: an error before anything runs', () => {
    const { compile } = engine
    expect(() => compile(() => tf.scalar(1), { engine: 'tfjs-node' })).toThrow(
      /engine: expected tfjs-node to load, received @tensorflow\/tfjs-node is not installed\. Install it with/,
    )
  })

  it('WebAssembly: an error at the first run, since only that can wait for it', async () => {
    await expect(run('wasm')).rejects.toThrow(/expected wasm to load, received .* is not installed\./)
  })
})
