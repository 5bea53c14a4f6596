import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

// A program, not a library: no types.
export default defineConfig({ ...base, entry: ['src/main.ts'], dts: false })
