/** The conversation at the end of the demo: who answers, and how it ends. */
import { PassThrough } from 'node:stream'
import type { Translator } from '@attentive/nlp'
import { describe, expect, it } from 'vitest'
import { answerFrom, chat, invitation } from '../src/demo/chat.js'
import { generateDates } from '../src/translation/dates/data.js'

/** A terminal, as far as readline is concerned; `screen` is what was written to it. */
function terminal({ isTTY }: { isTTY: boolean }) {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => input })
  const output = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  const written: string[] = []
  output.on('data', (text) => written.push(String(text)))
  return { input, output, screen: () => written.join('') }
}

const echo = async (line: string) => `<${line}>`

describe('the chat', () => {
  it('answers line by line until an empty one', async () => {
    const { input, output, screen } = terminal({ isTTY: false })
    input.write('one\n  two  \n\nthree\n')
    await chat({ input, output }, echo)
    expect(screen()).toContain('<one>')
    expect(screen()).toContain('<two>')
    expect(screen()).not.toContain('three')
  })

  it('ends with the input, also when there is nothing in it', async () => {
    const { input, output, screen } = terminal({ isTTY: false })
    input.end()
    await chat({ input, output }, echo)
    expect(screen()).toBe('> \n')
  })

  it('answers everything before the end of the input, however fast it comes', async () => {
    const { input, output, screen } = terminal({ isTTY: false })
    input.end('one\ntwo\nthree')
    await chat({ input, output }, echo)
    for (const line of ['one', 'two', 'three']) expect(screen()).toContain(`<${line}>\n`)
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends with %s at a terminal', async (_, key) => {
    const { input, output, screen } = terminal({ isTTY: true })
    input.write('one\n')
    const done = chat({ input, output }, async (line) => {
      // Pressed while it is still thinking.
      input.write(key)
      return echo(line)
    })
    await done
    expect(screen()).toContain('<one>')
    expect(screen().endsWith('\n')).toBe(true)
  })
})

describe('an answer', () => {
  const translator = (name: string): Pick<Translator, 'translate'> =>
    ({ translate: async () => [{ text: name, logProb: Math.log(0.5) }] }) as never
  const answer = answerFrom(translator('date'), translator('english'))

  it('comes from the translator of dates for a date in any language', async () => {
    for (const { source } of generateDates(500, 2))
      expect(await answer(source)).toBe('date   (probability 50.0 %)')
  })

  it('comes from the other for a sentence', async () => {
    for (const line of ['A dog sleeps.', 'Two men play in front of 3 houses.', 'may'])
      expect(await answer(line)).toContain('english')
  })

  it('comes from the translator of dates where there is no other', async () => {
    expect(await answerFrom(translator('date'), null)('A dog sleeps.')).toContain('date')
    expect(invitation(false)).not.toContain('English')
    expect(invitation(true)).toContain('English')
  })
})
