/**
 * A translator as ONNX files, for servers and for programs in other languages: `encoder.onnx` runs once a batch of
 * sentences, `step.onnx` once a word; beside them the text processing of both sides.
 */
import { join } from 'node:path'
import { type ExportedOnnx, exportOnnx, NdArray, writeFileAtomically } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { TranslatorParts } from './folder.js'
import type { TranslationModel } from './model.js'
import {
  advance,
  type EncodeInputs,
  encode,
  encodeAxes,
  type MemberTensors,
  memberAxes,
  stepAxes,
} from './search-graphs.js'

/** What the files take and give: names, types and shapes. */
export interface ExportedTranslator {
  /** `source [B, S]` int32 with `</s>` at the end, `sourceMask [B, S]` → the memory and the first state. */
  encoder: ExportedOnnx
  /**
   * Memory, `mask [B, S]`, the state of J hypotheses a sentence, `tokens [B, K]` and `parents [B, K]` (which of its
   * sentence's J hypotheses each of the K goes on from) → the next state (`h_out`, …), `logProbs [B, K, V]`, `attention [B, K, S]`.
   */
  step: ExportedOnnx
}

/** @throws StorageError when the folder cannot be written. */
export async function exportGraphs(
  { model, pipelines }: TranslatorParts,
  folder: string,
): Promise<ExportedTranslator> {
  for (const side of ['source', 'target'] as const)
    await writeFileAtomically(join(folder, `${side}.json`), JSON.stringify(pipelines[side]))
  return {
    encoder: await exportEncoder(model, join(folder, 'encoder.onnx')),
    step: await exportStep(model, join(folder, 'step.onnx')),
  }
}

function exportEncoder(model: TranslationModel, path: string): Promise<ExportedOnnx> {
  return exportOnnx((inputs: EncodeInputs) => encode(model, inputs), {
    path,
    example: { source: NdArray.zeros([1, 1], 'int32'), sourceMask: NdArray.zeros([1, 1]) },
    axes: encodeAxes,
  })
}

type StepArguments = MemberTensors & Record<'mask' | 'tokens' | 'parents', tf.Tensor>

function exportStep(model: TranslationModel, path: string): Promise<ExportedOnnx> {
  const step = ({ mask, tokens, parents, ...member }: StepArguments) => {
    const { members, logProbs, attention } = advance([model], {
      members: [member],
      mask,
      tokens,
      parents,
      topK: null,
    })
    return { ...members[0], logProbs, attention }
  }
  const words = { tokens: NdArray.zeros([1, 1], 'int32'), parents: NdArray.zeros([1, 1], 'int32') }
  return exportOnnx(step, {
    path,
    example: { ...exampleMember(model), mask: NdArray.zeros([1, 1]), ...words },
    axes: { ...memberAxes(model), ...stepAxes },
  })
}

/** One sentence of one word, with one hypothesis. */
function exampleMember({ decoder, readout }: TranslationModel) {
  const { querySize, score } = decoder.attention
  const R = readout.weight.shape[0] as number
  const state = NdArray.zeros([1, 1, decoder.hiddenSize])
  return {
    values: NdArray.zeros([1, 1, decoder.productSize + R]),
    keys: NdArray.zeros(score.positionAxis === 1 ? [1, 1, querySize] : [1, querySize, 1]),
    h: state,
    c: state,
    ...(decoder.style === 'luong' ? { attentional: state } : {}),
  }
}
