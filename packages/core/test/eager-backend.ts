/**
 * To be imported for its effect: the engine on which a test computes eagerly becomes TensorFlow.js's current backend.
 * Plain JavaScript, which is the same everywhere, unless ATTENTIVE_TEST_ENGINE names another one.
 */
import * as tf from '@tensorflow/tfjs-core'
import { type EagerEngine, eagerBackend } from '../src/engine/backends/eager-backend.js'

const engine = (process.env.ATTENTIVE_TEST_ENGINE || 'cpu') as EagerEngine
// TensorFlow warns that odd sizes are slow.
if (engine === 'tfjs-node') process.env.TF_CPP_MIN_LOG_LEVEL = '2'

await tf.setBackend(await eagerBackend(engine))
