/** Parts that belong together, such as words, as lines of at most `columns` characters; a longer part has a line of its own. */
export function wrapped(parts: readonly string[], between: string, columns: number): string[] {
  return parts.reduce<string[]>((lines, part) => {
    const last = lines.at(-1);
    const joined = last === undefined ? part : `${last}${between}${part}`;
    return last === undefined || joined.length > columns ? [...lines, part] : [...lines.slice(0, -1), joined];
  }, []);
}

/** A word that is longer than a line, such as the name of a pod in a small window, goes on in the next: its end tells it from others. */
export function wrappedText(text: string, columns: number): string[] {
  const most = Math.max(1, columns);
  const words = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [word]);
  return wrapped(words, ' ', columns);
}
