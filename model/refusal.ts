/** A refusal: what was expected, what was found, what to do next. Never a stack trace, and never after a write. */
export class Refusal extends Error {
  constructor(
    /** Stable, kebab-case, listed in docs/errors.md. */
    readonly code: string,
    readonly expected: string,
    readonly found: string,
    readonly fix: string,
  ) {
    super(`expected ${expected}, found ${found}; ${fix}`);
    this.name = 'Refusal';
  }
}
