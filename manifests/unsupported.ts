import { Refusal } from '../model';

/** For a VirtualService whose routes cannot be told or edited. */
export function unsupported(expected: string, found: string, fix: string): Refusal {
  return new Refusal('route-unsupported', expected, found, fix);
}
