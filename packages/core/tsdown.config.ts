import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig({
  ...base,
  entry: {
    index: 'src/index.ts',
    'testing/index': 'src/testing/index.ts',
    'tf-layers/index': 'src/tf-layers/index.ts',
  },
})
