import { refusal, Refusal } from '../reply';

/** A query parameter of 0 to `max`. The refusal names the bound and leaves out the value, which may hold anything. */
export function wholeNumber(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Infinity;
  if (value <= max) return value;
  throw new Refusal(refusal(400, `${name} must be a whole number of 0 to ${max}`));
}
