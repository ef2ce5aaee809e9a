/** Each version with its share as a bar, its pods, and what the gateways count of it. */
import { weightOf } from '../../../model';
import { wrapped } from '../../core/wrapped';
import type { Observation } from '../observation';
import type { SoFar } from '../tally';
import { bar } from './bar';
import { narrow } from './course';

interface Versions {
  readonly seen: Observation;
  /** Undefined while no gateway has counted. */
  readonly counted?: SoFar | undefined;
}

/** Lines of at most `columns` characters, as far as a name is no longer. */
export function versionLines({ seen: { route, workloads }, counted }: Versions, columns: number): string[] {
  const width = Math.max(0, ...Object.keys(workloads).map(({ length }) => length));
  // So long a name has a line of its own: cut, it could be another one.
  const isBeside = width <= columns / 3;
  const indent = isBeside ? '' : '    ';
  return Object.entries(workloads).flatMap(([version, { available, desired, isGone, pods = 0, trouble }]) => {
    const weight = weightOf(route?.split ?? {}, version);
    const share = `${bar(weight, columns < narrow ? 10 : 20)} ${String(weight).padStart(3)} %`;
    const ready = isGone ? `${pods} pods ending` : `${available}/${desired} pods`;
    const first = isBeside ? `${version.padEnd(width)}  ${share}` : share;
    const parts = [first, ready, requestsText(version, counted), trouble].filter((part) => part !== undefined);
    const lines = wrapped(parts, '  ', columns - indent.length).map((line, index) =>
      index > 0 ? `    ${line}` : line,
    );
    return isBeside ? lines : [version, ...lines.map((line) => `${indent}${line}`)];
  });
}

function requestsText(version: string, counted: SoFar | undefined): string | undefined {
  if (!counted) return undefined;
  const perSecond = counted.perSecond[version] ?? 0;
  const errors = counted.errors[version] ?? 0;
  return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} requests/s, ${errors} ${errors === 1 ? 'error' : 'errors'}`;
}
