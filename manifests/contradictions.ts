/** What the routes of one VirtualService have to agree on, so that one edit means the same to each. */
import { allTo, annotations, sameSplit } from '../model';
import type { DeclaredRoutes } from './declared-routes';
import type { HttpRoute, PinnedRoute, SplitRoute } from './http-route';
import { unsupported } from './unsupported';

export function refuseContradictions(declared: DeclaredRoutes, routes: readonly HttpRoute[]): void {
  const splits = routes.filter((each) => each.part === 'split');
  const pinned = routes.filter((each) => each.part === 'pinned');
  refuseMissing(declared, splits, pinned);
  const [first, ...others] = splits;
  if (!first) throw notOne(0);
  if (others.some((each) => !sameSplit(each.split, first.split) || each.marker !== first.marker)) throw notTheSame();
  refuseStray(pinned, first);
}

/** Whether a pinned route sends to its version. Otherwise it follows the split. */
export function isActive({ split, pin }: PinnedRoute): boolean {
  return sameSplit(split, allTo(pin));
}

export function notOne(count: number) {
  const found = count === 0 ? 'none' : `${count} that have no match`;
  const fix = `name the routes that share the weights: ${annotations.splitRoutes}: web,api`;
  return unsupported('one route to the host without match, or the annotation that names the split routes', found, fix);
}

function refuseMissing(declared: DeclaredRoutes, splits: readonly SplitRoute[], pinned: readonly PinnedRoute[]): void {
  const found = new Set([...splits.map(({ base }) => base), ...pinned.map(({ name }) => name)]);
  const names = [...(declared.split ?? []), ...Object.keys(declared.pins)];
  const missing = names.find((name) => !found.has(name));
  if (missing === undefined) return;
  const expected = `a route for each name in ${annotations.splitRoutes} and ${annotations.pinnedRoutes}`;
  throw unsupported(expected, `none called ${missing}`, 'correct the name, or leave it out');
}

function notTheSame() {
  const fix = 'give them the same destinations; all split routes share one split';
  return unsupported('the same weights and the same marker on all split routes', 'different ones', fix);
}

function refuseStray(pinned: readonly PinnedRoute[], { split }: SplitRoute): void {
  const active = new Set(pinned.filter(isActive).map(({ pin }) => pin));
  const isRight = (each: PinnedRoute) => isActive(each) || (sameSplit(each.split, split) && !active.has(each.pin));
  const stray = pinned.find((each) => !isRight(each));
  if (!stray) return;
  const expected = `all routes pinned to ${stray.pin} to send there, or all of them as the split routes do`;
  const found = `${Object.keys(stray.split).join(' and ')} on ${stray.name}`;
  throw unsupported(expected, found, `send it to ${stray.pin}, or correct ${annotations.pinnedRoutes}`);
}
