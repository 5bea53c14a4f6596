import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

// One file for each source file, so that every example is run by its path.
export default defineConfig({ ...base, entry: ['src/**/*.ts'], root: 'src', unbundle: true, dts: false })
