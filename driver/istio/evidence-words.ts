/** What a sentence may claim of the proxies, by the grade of evidence of its look (invariant S6). */
import type { Grade } from '../../model';

const witnesses: Readonly<Record<Grade, string>> = {
  proxy: 'every proxy',
  probe: 'every gateway, by its answers to probes,',
  assumed: 'every proxy, as is assumed without having asked any,',
};

export function witness(grade: Grade): string {
  return witnesses[grade];
}
