/** `config.json` of a model folder: format, version, task, its configuration, and a record of every other file. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { CheckpointError } from '../errors.js'
import { parseCheckedJson } from './checked-json.js'
import { isCommitName, maxManifestBytes } from './folder-commit.js'

export const configName = 'config.json'
const format = 'attentive-model'
const version = 1
/** Node reads at most 2 GiB in one piece. */
const maxFileBytes = 2 ** 31 - 1

/** Size and checksum of a file: what is found in the folder must match. */
export interface FileRecord {
  bytes: number
  /** Hexadecimal. */
  sha256: string
}

export interface Manifest {
  task: string
  config?: unknown
  files: Record<string, FileRecord>
}

/** Plain names only: no folders, no hidden files, nothing that a commit uses for itself. */
export function isFileName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name) && !isCommitName(name) && name !== configName
}

const schema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  task: z.string(),
  config: z.unknown(),
  files: z
    .record(
      z.string(),
      z.strictObject({
        bytes: z.number().int().min(0).max(maxFileBytes),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .superRefine((files, context) => {
      for (const name of Object.keys(files).filter((name) => !isFileName(name)))
        context.addIssue({ code: 'custom', message: 'expected a plain file name', path: [name] })
    }),
  checksum: z.string().optional(),
})

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

export function recordOf(data: Uint8Array): FileRecord {
  return { bytes: data.length, sha256: sha256(data) }
}

export function matches(record: FileRecord, data: Uint8Array): boolean {
  return data.length === record.bytes && sha256(data) === record.sha256
}

/** Checksum of everything but the checksum itself, however it is indented. */
function checksumOf({ checksum: _, ...rest }: Record<string, unknown>): string {
  return `sha256:${sha256(JSON.stringify(rest))}`
}

export function encodeManifest({ task, config, files }: Manifest): Uint8Array {
  const body = JSON.parse(JSON.stringify({ format, version, task, config: config ?? null, files }))
  const json = JSON.stringify({ ...body, checksum: checksumOf(body) }, null, 2)
  return new TextEncoder().encode(`${json}\n`)
}

/** @throws CheckpointError saying what is wrong with it. */
export function parseManifest(bytes: Uint8Array, folder: string): Manifest {
  const argument = `${folder}/${configName}`
  const json = parseCheckedJson(bytes, { name: argument, maxBytes: maxManifestBytes })
  requireVersion(json, argument)
  const parsed = schema.safeParse(json)
  if (!parsed.success)
    throw new CheckpointError({
      argument,
      expected: 'the configuration of a model',
      received: z.prettifyError(parsed.error),
      cause: parsed.error,
    })
  const { checksum, task, config, files } = parsed.data
  if (checksum !== undefined && checksum !== checksumOf(json as Record<string, unknown>))
    throw new CheckpointError({
      argument: `${argument}: checksum`,
      expected: 'the one of its contents',
      received: 'another: the file is damaged or was edited',
      hint: 'If you changed it on purpose, remove its "checksum" line.',
    })
  return { task, config, files }
}

function requireVersion(json: unknown, argument: string): void {
  const found = (json as { version?: unknown } | null)?.version
  if (typeof found === 'number' && found > version)
    throw new CheckpointError({
      argument: `${argument}: version`,
      expected: `at most ${version}`,
      received: `${found}`,
      hint: 'The model was saved by a newer release: update Attentive.',
    })
}

/** Names of the files that a manifest lists. */
export function fileNamesOf(bytes: Uint8Array): string[] {
  return Object.keys(parseManifest(bytes, '').files)
}
