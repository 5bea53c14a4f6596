/** Who may import whom. Arrows point at what may be known: apps → nlp → core; in core, upper folders → lower ones. */

/** The folders of core from the ground up; each knows those before it and none after it. */
const ground = ['errors', 'engine', 'ops', 'layers']
const upper = ['training', 'decoding', 'io', 'drawing', 'search']
const top = ['testing', 'tf-layers']

const core = (...folders) => `^packages/core/src/(${folders.join('|')})(/|\\.ts$)`

const upwards = ground.map((folder, height) => ({
  name: `core-${folder}-knows-only-what-lies-below`,
  severity: 'error',
  from: { path: core(folder) },
  to: { path: core(...ground.slice(height + 1), ...upper, ...top) },
}))

export default {
  forbidden: [
    ...upwards,
    {
      name: 'core-testing-and-tf-layers-are-on-top',
      comment: 'They are entry points of their own: nothing inside core may need them.',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: core(...top) },
      to: { path: core(...top) },
    },
    {
      name: 'ops-know-only-the-seams-of-the-engine',
      comment: 'Operations are pure functions of tensors; how they are traced and run is not their affair.',
      severity: 'error',
      from: { path: core('ops') },
      to: {
        path: '^packages/core/src/engine/',
        pathNot:
          '^packages/core/src/engine/(scan|random|nd-array|tree|parameter|fused-recurrent|value-range)\\.ts$',
      },
    },
    {
      name: 'decoding-knows-no-model',
      comment: 'Search works on an abstract step (decoding/step-model.ts), whatever model stands behind it.',
      severity: 'error',
      from: { path: core('decoding') },
      to: { path: core('layers', 'training', 'io', 'drawing') },
    },
    {
      name: 'only-the-engine-knows-native-code',
      comment: 'What runs a graph or a tensor is chosen in one place.',
      severity: 'error',
      // Users of tf.layers bring a backend of their own; the example shows how.
      from: {
        path: '^(packages|apps)/[^/]+/src/',
        pathNot: [core('engine'), '^apps/examples/src/tf-layers/'],
      },
      to: { path: 'node_modules/(onnxruntime-[a-z]+|@tensorflow/tfjs-(node|backend-[a-z]+))/' },
    },
    {
      name: 'core-stands-alone',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^(packages/(?!core/)|apps/|benchmarks/)' },
    },
    {
      name: 'packages-do-not-know-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|benchmarks|tools)/', pathNot: '^tools/build-kernels\\.ts$' },
    },
    {
      name: 'packages-meet-at-their-entries',
      comment: 'Another package is imported by its name; what its index does not export is private.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: {
        path: '^(packages|apps)/[^/]+/',
        pathNot: ['^$1/$2/', '^packages/[^/]+/src/(testing/|tf-layers/)?index\\.ts$'],
      },
    },
    {
      name: 'sources-do-not-know-tests',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/' },
      to: { path: '/test/' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle that a type-only import closes is none at run time, and allowed.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-undeclared-dependencies',
      comment: 'What a published source imports must be in its own package.json.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer', 'npm-optional'],
      },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(packages|apps)/[^/]+/dist/', '/\\.venv/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
