/**
 * What came of a write. written: the API server accepted it. conflict: the object was not as observed, nothing was changed,
 * observe again. Every other failure is thrown.
 */
export type Outcome = 'written' | 'conflict';
