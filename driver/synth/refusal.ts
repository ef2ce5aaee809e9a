import { Refusal } from '../../model';

export function synthRefusal(expected: string, found: string, fix: string): Refusal {
  return new Refusal('synth', expected, found, fix);
}
