import { Refusal } from '../model';

/** For a VirtualService whose routes cannot be told or edited. */
export function unsupported(expected: string, found: string, fix: string): Refusal {
  return new Refusal('route-unsupported', expected, found, fix);
}

/** What `read` makes of the routes; when they cannot be told, the Refusal, which is not thrown then. */
export function orUnsupported<T>(read: () => T): T | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'route-unsupported') return error;
    throw error;
  }
}
