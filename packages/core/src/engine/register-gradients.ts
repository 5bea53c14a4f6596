/**
 * Gradient rules: the Node build of tfjs-core comes without them, and its module that registers them does not load in
 * Node. Importing tfjs-layers registers them all.
 */
import '@tensorflow/tfjs-layers'
