/**
 * TensorFlow's BlockLSTMV2 and its gradient as a TensorFlow.js kernel of the tfjs-node backend (`tensorflow`), which
 * has the operators but no name for them. Gate order of the second version as in PyTorch: i, f, g, o (version 1 had
 * i, g, f, o).
 *
 * A registered kernel and not `customGrad`: it has several outputs, and what the gradient needs is saved for it.
 */
import * as tf from '@tensorflow/tfjs-core'

const kernelName = 'AttentiveBlockLstm'

type Tuple<N extends number, T extends tf.Tensor[] = []> = T['length'] extends N
  ? T
  : Tuple<N, [...T, tf.Tensor]>

/** As much as is used here of the backend and of TensorFlow's C interface beneath it. */
interface TensorFlowBackend {
  binding: {
    TF_ATTR_TYPE: number
    TF_ATTR_FLOAT: number
    TF_ATTR_BOOL: number
    TF_FLOAT: number
    TF_INT64: number
    createTensor(shape: number[], dtype: number, values: Int32Array): number
    deleteTensor(id: number): void
    executeOp(name: string, attributes: object[], inputs: number[], outputs: number): object[]
  }
  getInputTensorIds(tensors: tf.TensorInfo[]): number[]
  createOutputTensor(metadata: object): tf.Tensor
}

export type BlockLstmInputs = {
  /** `[T, B, D]` */
  x: tf.Tensor
  /** `[B, H]`, the cell state before the first step. */
  c: tf.Tensor
  /** `[B, H]` */
  h: tf.Tensor
  /** `[D + H, 4H]`, input kernel over recurrent kernel, gates i, f, g, o. */
  w: tf.Tensor
  /** `[4H]` */
  b: tf.Tensor
}

/** What BlockLSTMV2 returns, `[T, B, H]` each. `c` is the cell state, `tanhC` its activation. */
const outputNames = ['i', 'c', 'f', 'o', 'g', 'tanhC', 'h'] as const
type BlockLstmOutputs = Record<(typeof outputNames)[number], tf.Tensor>

/** Runs an operator whose first input is the number of steps, a 64-bit integer, which tfjs-node has no tensors for. */
function execute(
  backend: TensorFlowBackend,
  { name, attributes, outputs }: { name: string; attributes: object[]; outputs: number },
  inputs: tf.Tensor[],
): tf.Tensor[] {
  const { binding } = backend
  const steps = inputs[0]?.shape[0] as number
  const stepsId = binding.createTensor([], binding.TF_INT64, Int32Array.of(steps, 0))
  try {
    const ids = [stepsId, ...backend.getInputTensorIds(inputs)]
    return binding
      .executeOp(name, attributes, ids, outputs)
      .map((output) => backend.createOutputTensor(output))
  } finally {
    binding.deleteTensor(stepsId)
  }
}

function attributesOf({ binding }: TensorFlowBackend): object[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'use_peephole', type: binding.TF_ATTR_BOOL, value: false },
  ]
}

/** Inputs in the operators' order; the weights of the peepholes, which are switched off, are zeros. */
function operandsOf({ x, c, h, w, b }: BlockLstmInputs): tf.Tensor[] {
  const peephole = tf.zeros([c.shape[1] as number])
  return [x, c, h, w, peephole, peephole, peephole, b]
}

tf.registerKernel({
  kernelName,
  backendName: 'tensorflow',
  kernelFunc({ inputs, backend: current }) {
    const backend = current as unknown as TensorFlowBackend
    const noClipping = { name: 'cell_clip', type: backend.binding.TF_ATTR_FLOAT, value: 0 }
    const attributes = [...attributesOf(backend), noClipping]
    const operator = { name: 'BlockLSTMV2', attributes, outputs: outputNames.length }
    return tf.tidy(() => execute(backend, operator, operandsOf(inputs as unknown as BlockLstmInputs)))
  },
})

tf.registerGradient({
  kernelName,
  inputsToSave: ['x', 'c', 'h', 'w', 'b'],
  outputsToSave: outputNames.map(() => true),
  gradFunc(dy, saved) {
    const [x, c, h, w, b, ...outputs] = saved as Tuple<12>
    const [, dC, , , , , dH] = dy as unknown as Tuple<7>
    const backend = tf.backend() as unknown as TensorFlowBackend
    const operator = { name: 'BlockLSTMGradV2', attributes: attributesOf(backend), outputs: 8 }
    const operands = [...operandsOf({ x, c, h, w, b }), ...outputs, dC, dH]
    const [dx, dC0, dH0, dw, , , , db] = execute(backend, operator, operands) as Tuple<8>
    return { x: () => dx, c: () => dC0, h: () => dH0, w: () => dw, b: () => db }
  },
})

/** An LSTM layer over whole sequences by TensorFlow's own kernel; the current backend must be tfjs-node's. */
export function blockLstm(inputs: BlockLstmInputs): BlockLstmOutputs {
  const outputs = tf.engine().runKernel(kernelName, inputs) as tf.Tensor[]
  return Object.fromEntries(outputNames.map((name, k) => [name, outputs[k]])) as BlockLstmOutputs
}
