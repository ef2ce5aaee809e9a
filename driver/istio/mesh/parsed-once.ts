/** Most proxies of a mesh give the same answer, look after look: each text is parsed once, as long as it is among the last that came. */

/** The texts are those that were narrowed: a few kilobytes each. */
const mostKept = 100;

/** What is thrown is not kept. Nobody may change a result: others get the same. */
export function parsedOnce<T>(parse: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const result = kept.has(text) ? (kept.get(text) as T) : parse(text);
    // The one that came last is the last to go.
    kept.delete(text);
    kept.set(text, result);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return result;
  };
}
