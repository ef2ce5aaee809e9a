/** Which routes are split and which are pinned, as the annotations of a VirtualService say. */
import { annotations, subsetName, type Manifest } from '../model';
import { annotationOf } from './manifest';
import { unsupported } from './unsupported';

export interface DeclaredRoutes {
  /** Names of split routes; undefined: the only route to the host that has no match is split. */
  readonly split: readonly string[] | undefined;
  /** By the name of a pinned route, the subset of its version. */
  readonly pins: Readonly<Record<string, string>>;
}

/** Throws a Refusal for an annotation that cannot be read, or that calls one route both. */
export function declaredRoutes(virtualService: Manifest): DeclaredRoutes {
  const split = annotationOf(virtualService, annotations.splitRoutes);
  const names = split === undefined ? undefined : partsOf(split);
  const pins = Object.fromEntries(partsOf(annotationOf(virtualService, annotations.pinnedRoutes) ?? '').map(pinOf));
  const both = names?.find((name) => Object.hasOwn(pins, name));
  if (both !== undefined) throw splitAndPinned(both);
  return { split: names, pins };
}

function partsOf(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

function pinOf(text: string): [string, string] {
  const place = text.lastIndexOf('=');
  const [name, version] = [text.slice(0, place), text.slice(place + 1)];
  if (place < 1 || version === '') throw noPin(text);
  return [name, subsetName(version)];
}

function noPin(found: string) {
  const fix = `write ${annotations.pinnedRoutes}: beta=v2,other=v1`;
  return unsupported(`names of routes and their versions in ${annotations.pinnedRoutes}`, found, fix);
}

function splitAndPinned(name: string) {
  const expected = `each route in one of ${annotations.splitRoutes} and ${annotations.pinnedRoutes}`;
  return unsupported(expected, `${name} in both`, 'take it out of one');
}
