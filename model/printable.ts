/** Control characters as JSON writes them: a name must not steer the terminal that shows it. Line breaks stay where lines may. */
export function printable(text: string, lines: 'one line' | 'lines'): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === '\n' && lines === 'lines' ? character : JSON.stringify(character).slice(1, -1),
  );
}
