/**
 * Signatures as sacreBLEU prints them: all that one needs to compute a score again, in one line. The version field
 * names this toolkit, because it is this toolkit that computed the number.
 */
import manifest from '../../package.json' with { type: 'json' }

/** References per sentence: a count, or `'var'` where sentences have different numbers of them. */
export type NumReferences = number | 'var'

/** Names and values of a signature, in the order in which it prints them; `true` prints as `yes`. */
export type SignatureFields = Readonly<Record<string, string | number | boolean>>

/** For example `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:attentive-0.1.0`. */
export function formatSignature(numReferences: NumReferences, fields: SignatureFields): string {
  return Object.entries({ nrefs: numReferences, ...fields, version: `attentive-${manifest.version}` })
    .map(([name, value]) => `${name}:${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`)
    .join('|')
}
