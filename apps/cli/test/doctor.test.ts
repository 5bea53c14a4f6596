/** What `attentive doctor` says of every state that a machine can be in. */
import type { EngineFinding, EngineSurvey } from '@attentive/core'
import { beforeEach, expect, it, vi } from 'vitest'
import { command } from './command.js'

type EngineOf = EngineFinding['engine']

const survey = vi.hoisted(() => ({ current: null as EngineSurvey | null }))
vi.mock('@attentive/core', async (original) => {
  const actual = await original<typeof import('@attentive/core')>()
  return {
    ...actual,
    surveyEngines: async (environment?: string) => survey.current ?? actual.surveyEngines(environment),
  }
})

const modules: Record<EngineOf, string> = {
  onnxruntime: 'onnxruntime-node',
  'tfjs-node': '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
}

/** A machine with some engines and without the others. */
function machine(
  there: EngineOf[],
  rest: Omit<EngineSurvey, 'found'>,
  reasons: Partial<Record<EngineOf, string>> = {},
) {
  const found = Object.entries(modules).map(([name, module]): EngineFinding => {
    const engine = name as EngineOf
    const isThere = there.includes(engine)
    return {
      engine,
      module,
      version: isThere ? '1.2.3' : null,
      reason: isThere ? null : (reasons[engine] ?? `${module} is not installed`),
    }
  })
  survey.current = { ...rest, found }
}

beforeEach(() => {
  survey.current = null
})

const doctor = async (ATTENTIVE_ENGINE?: string, error = '') => {
  const env: Record<string, string> = ATTENTIVE_ENGINE === undefined ? {} : { ATTENTIVE_ENGINE }
  const text = await command(['doctor'], { env })
  const json = await command(['doctor', '--json'], { env })
  const code = error === '' ? 0 : 1
  expect([text.code, json.code, text.stderr, json.stderr]).toEqual([code, code, error, error])
  return { text: text.stdout, report: JSON.parse(json.stdout) }
}

const automatic = { request: 'auto', engine: 'onnxruntime', eager: 'tfjs-node', problem: null } as const

it('all there: nothing to advise', async () => {
  machine(['onnxruntime', 'tfjs-node', 'wasm', 'cpu'], automatic)
  const { text, report } = await doctor()
  expect(report).toMatchObject({
    engine: 'onnxruntime',
    eager: { engine: 'tfjs-node' },
    problem: null,
    advice: [],
    node: process.versions.node,
  })
  expect(text).toMatch(/^engine {3}onnxruntime: it is the fastest that was found\neager {4}tfjs-node: /)
  expect(text).toMatch(/✓ @tensorflow\/tfjs-node +1\.2\.3\n/)
  expect(text).not.toContain('faster')
})

it('no tfjs-node on a new Node: why, and on which Node it runs', async () => {
  const reason =
    '@tensorflow/tfjs-node does not run on Node 24.1.0, which lacks util.isArray: use Node 20 or 22'
  machine(['onnxruntime', 'cpu'], { ...automatic, eager: 'cpu' }, { 'tfjs-node': reason })
  const { text, report } = await doctor()
  expect(text).toContain(`– @tensorflow/tfjs-node          ${reason}`)
  expect(report.advice).toEqual([
    expect.stringMatching(/npm install @tensorflow\/tfjs-node, on Node 20 or 22.*"pnpm tfjs-node"/),
    expect.stringContaining('npm install @tensorflow/tfjs-backend-wasm'),
  ])
})

it('no ONNX Runtime: how to get it', async () => {
  machine(
    ['wasm', 'cpu'],
    { ...automatic, engine: 'eager', eager: 'wasm' },
    { onnxruntime: 'libonnxruntime.so is broken' },
  )
  const { text, report } = await doctor()
  expect(report).toMatchObject({ engine: 'eager', eager: { engine: 'wasm' } })
  expect(text).toContain('libonnxruntime.so is broken')
  expect(report.advice[0]).toBe('Install the compiled engine: npm install onnxruntime-node@1.16.3')
  expect(report.advice).toHaveLength(2)
})

it('an eager engine by wish: whose wish it was', async () => {
  machine(['onnxruntime', 'tfjs-node', 'cpu'], {
    request: 'cpu',
    engine: 'eager',
    eager: 'cpu',
    problem: null,
  })
  const { report } = await doctor('cpu')
  expect(report).toMatchObject({
    engine: 'eager',
    why: 'ATTENTIVE_ENGINE is cpu',
    eager: { engine: 'cpu', why: 'ATTENTIVE_ENGINE is cpu' },
    advice: [expect.stringMatching(/^Unset ATTENTIVE_ENGINE/)],
  })
})

it('a wish that cannot be met: that nothing will run', async () => {
  const problem = 'ATTENTIVE_ENGINE asks for onnxruntime, which cannot be used: it is not there'
  machine(['cpu'], { request: 'onnxruntime', engine: null, eager: 'cpu', problem })
  const { text, report } = await doctor(
    'onnxruntime',
    'error: ATTENTIVE_ENGINE: expected one of auto, eager, cpu, received onnxruntime. Unset it for the fastest.\n',
  )
  expect(report).toMatchObject({ engine: null, problem })
  expect(text).toMatch(/^engine {3}none: ATTENTIVE_ENGINE is onnxruntime\n/)
  expect(text).toContain(`problem  ${problem}`)
})

it('a value of ATTENTIVE_ENGINE that is none: what is there, and that nothing will run', async () => {
  machine(['wasm', 'cpu'], {
    ...automatic,
    eager: 'wasm',
    problem: 'ATTENTIVE_ENGINE: expected one of auto, onnxruntime, …, received cuda.',
  })
  const { text, report } = await doctor(
    'cuda',
    'error: ATTENTIVE_ENGINE: expected one of auto, eager, wasm, cpu, received cuda. Unset it for the fastest.\n',
  )
  expect(report.problem).toContain('ATTENTIVE_ENGINE: expected one of auto, onnxruntime, ')
  expect(report.why).toBe('it is the fastest that was found')
  expect(report.found.map(({ engine }: EngineFinding) => engine)).toEqual(Object.keys(modules))
  expect(text).toContain('problem  ATTENTIVE_ENGINE: expected')
})
