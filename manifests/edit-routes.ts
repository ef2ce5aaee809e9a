/**
 * The edits of a VirtualService: a split, pins, a marker and probe routes. An edit depends on the object as it was at rest and
 * on what is wanted, never on the edits before it, so that the last one leaves nothing behind.
 */
import { allTo, annotations, splitOf, subsetName, type Split, type Manifest } from '../model';
import { atRestOf, noteOf, type AtRest } from './at-rest';
import { comparable } from './comparable';
import { targetsFor, withoutTarget, writtenLike } from './destinations';
import type { HttpRoute, PinnedRoute, SplitRoute } from './http-route';
import { httpRoutes } from './http-routes';
import { fieldsOf, withAnnotation, withField, withSpec, type Fields } from './manifest';
import { nameWith } from './marked-name';
import { probeRoutes, type Probes } from './probe-routes';

/** Versions may be given by their own names or by those of their subsets. */
export interface RouteEdit {
  readonly split: Split;
  /** Versions that have a subset: pinned routes send to them. */
  readonly present: readonly string[];
  /** `<release id>.<serial>`; '' at rest. */
  readonly marker: string;
  /** @default no probe routes */
  readonly probes?: Probes;
}

/** Throws a Refusal for the objects that routesOf refuses, and a RangeError for an edit that makes no sense. */
export function editRoutes(virtualService: Manifest, host: string, edit: RouteEdit): Manifest {
  const routes = httpRoutes(virtualService, host);
  const atRest = atRestOf(virtualService, routes);
  const edited = routes
    .filter(({ part }) => part !== 'probe')
    .map((each) => (isEdited(each) ? editedRoute(each, edit, atRest) : each.route));
  const http = [...probesFor(edit, routes), ...edited];
  const note = edit.marker === '' ? undefined : noteOf(atRest);
  return withAnnotation(withSpec(virtualService, 'http', http), annotations.atRest, note);
}

type EditedRoute = SplitRoute | PinnedRoute;

function isEdited(each: HttpRoute): each is EditedRoute {
  return each.part === 'split' || each.part === 'pinned';
}

function editedRoute(each: EditedRoute, edit: RouteEdit, atRest: AtRest): Fields {
  const targets = targetsFor(splitFor(each, edit), atRest.get(each.route));
  const route = withField(each.route, 'route', writtenLike(each.template, targets));
  return each.part === 'split' ? named(route, nameWith({ base: each.base, marker: edit.marker })) : route;
}

function splitFor(each: EditedRoute, { split, present }: RouteEdit): Split {
  if (each.part === 'pinned' && present.map(subsetName).includes(each.pin)) return allTo(each.pin);
  return splitOf(Object.fromEntries(Object.entries(split).map(([version, weight]) => [subsetName(version), weight])));
}

/** A new name comes first, where people look for it. */
function named(route: Fields, name: string | undefined): Fields {
  return name === undefined || 'name' in route ? withField(route, 'name', name) : { name, ...route };
}

function probesFor({ probes, marker }: RouteEdit, routes: readonly HttpRoute[]): Fields[] {
  const split = routes.find((each) => each.part === 'split');
  return probes && split ? probeRoutes(probes, marker, fieldsOf(split.template.destination)) : [];
}

/** What must be equal in a live and a synthesized object: the routes without splits, pins, markers and probes. */
export function withoutEdits(virtualService: Manifest, host: string): Manifest {
  const routes = httpRoutes(virtualService, host).filter(({ part }) => part !== 'probe');
  const http = routes.map((each) => (isEdited(each) ? withoutEdit(each) : each.route));
  return comparable(withSpec(virtualService, 'http', http));
}

function withoutEdit(each: EditedRoute): Fields {
  const route = withField(each.route, 'route', [withoutTarget(each.template)]);
  return each.part === 'split' ? named(route, each.base || undefined) : route;
}
