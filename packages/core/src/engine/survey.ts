/** Every engine that could be used here, and what is used: for `attentive doctor`. Says what is wrong and never throws. */
import { type EagerEngine, eagerEngines, loadEager } from './backends/eager-backend.js'
import { type EngineName, type EngineRequest, eagerEngineOf, requestedEngine } from './choose.js'
import { findOnnxRuntime } from './runtime/onnx-runtime.js'

/** An engine that may be there. */
export interface EngineFinding {
  /** What ATTENTIVE_ENGINE calls it. */
  engine: 'onnxruntime' | EagerEngine
  /** The module that it comes in. */
  module: string
  /** null when it cannot be used. */
  version: string | null
  /** Why it cannot be used; null when it can. */
  reason: string | null
}

export interface EngineSurvey {
  /** What was asked for, `auto` if nothing (that makes sense) was. */
  request: EngineRequest
  /** What runs compiled functions; null: what was asked for cannot be had, and they fail. */
  engine: EngineName | null
  /** What runs functions that cannot be compiled, or shall not. */
  eager: EagerEngine
  /** From the fastest. */
  found: EngineFinding[]
  /** What is wrong with what was asked for. */
  problem: string | null
}

const modules: Readonly<Record<EagerEngine, string>> = {
  'tfjs-node': '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
}

/** @param environment the value of ATTENTIVE_ENGINE. */
export async function surveyEngines(
  environment: string | undefined = process.env.ATTENTIVE_ENGINE,
): Promise<EngineSurvey> {
  const found = [onnxRuntime()]
  for (const engine of eagerEngines) {
    found.push({ engine, module: modules[engine], reason: null, ...(await loadEager(engine)) })
  }
  return { ...decide(readRequest(environment), found), found }
}

function onnxRuntime(): EngineFinding {
  const found = findOnnxRuntime()
  const module = 'onnxruntime-node'
  return found.runtime === null
    ? { engine: 'onnxruntime', module, version: null, reason: found.reason }
    : { engine: 'onnxruntime', module, version: found.version, reason: null }
}

interface ReadRequest {
  request: EngineRequest
  problem: string | null
}

function readRequest(environment: string | undefined): ReadRequest {
  try {
    return { request: requestedEngine(undefined, environment), problem: null }
  } catch (error) {
    return { request: 'auto', problem: (error as Error).message }
  }
}

function decide(
  { request, problem }: ReadRequest,
  found: readonly EngineFinding[],
): Omit<EngineSurvey, 'found'> {
  const isThere = (name: string) => found.some(({ engine, reason }) => engine === name && reason === null)
  const fastest = eagerEngines.find(isThere) ?? 'cpu'
  const lacking = found.find(({ engine, reason }) => engine === request && reason !== null)
  if (lacking)
    return {
      request,
      engine: null,
      eager: fastest,
      problem: `ATTENTIVE_ENGINE asks for ${request}, which cannot be used: ${lacking.reason}`,
    }
  const isCompiled = (request === 'auto' || request === 'onnxruntime') && isThere('onnxruntime')
  return {
    request,
    engine: isCompiled ? 'onnxruntime' : 'eager',
    eager: eagerEngineOf(request) ?? fastest,
    problem,
  }
}
