/** A sentence for each code: a table, so that a code without words does not compile. */
export type Words<T extends { readonly code: string }> = {
  readonly [Code in T['code']]: (fields: Extract<T, { readonly code: Code }>) => string;
};

export function say<T extends { readonly code: string }>(words: Words<T>, coded: T): string {
  const word = words[coded.code as T['code']] as (fields: T) => string;
  return word(coded);
}
