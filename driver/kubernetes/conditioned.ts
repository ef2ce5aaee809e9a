/** What makes a write safe: it names the object as it was observed. */
import type { Outcome } from '../core/outcome';
import { ApiError } from './api';

/**
 * Runs a write that names what it expects to find. An object that changed, went away, or was there already is a conflict: it
 * was not as observed, and nothing was changed.
 */
export async function conditioned(write: () => Promise<unknown>): Promise<Outcome> {
  try {
    await write();
    return 'written';
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.reason === 'NotFound')) return 'conflict';
    throw error;
  }
}
