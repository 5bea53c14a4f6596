/** Answers what is typed at a terminal, line by line. */
import { createInterface } from 'node:readline'
import type { Translator } from '@attentive/nlp'

export interface ChatStreams {
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
}

/**
 * Ends with an empty line, with the end of the input (Ctrl-D), and with Ctrl-C: none of them is an error. Lines that
 * come faster than the answers wait.
 */
export async function chat(streams: ChatStreams, answer: (line: string) => Promise<string>): Promise<void> {
  const lines = createInterface({ ...streams, prompt: '> ' })
  let open = true
  lines.once('close', () => {
    open = false
  })
  lines.prompt()
  for await (const line of lines) {
    if (line.trim() === '') break
    streams.output.write(`  ${await answer(line.trim())}\n`)
    if (open) lines.prompt()
  }
  lines.close()
  // Ctrl-C and Ctrl-D leave the cursor behind the prompt.
  streams.output.write('\n')
}

export function invitation(hasEnglish: boolean): string {
  const end = '(an empty line or Ctrl-D ends):'
  if (!hasEnglish) return `Type a date in any of its languages, with its year ${end}`
  return `Type a date in any of its languages, with its year, or an English sentence about a picture ${end}`
}

/** A year, in the digits of any script: every date of the corpus has one, and hardly a sentence about a picture. */
const year = /\p{Nd}{4}/u

/** Dates go to the one, everything else to the other, where there is one. */
export function answerFrom(
  dates: Pick<Translator, 'translate'>,
  english: Pick<Translator, 'translate'> | null,
): (line: string) => Promise<string> {
  return async (line) => {
    const translator = english && !year.test(line) ? english : dates
    const [{ text, logProb }] = await translator.translate(line)
    return `${text}   (probability ${(100 * Math.exp(logProb)).toFixed(1)} %)`
  }
}
