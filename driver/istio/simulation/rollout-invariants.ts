/**
 * What S1 means for an adopted Deployment, which its owner may roll: no proxy sends to it by a subset that its next pods are not in, or
 * that pods of another version are in (docs/decisions/0023-rollouts-wait.md). Shares no code with the rules, nor with the guard.
 */
import type { Action } from '../action';
import { isRead, type Observation, type Proxy as ObservedProxy } from '../observation';
import { hashIn, wholeService } from './configuration';
import type { Proxy } from './proxy';
import type { Found, Truth } from './violation';

export function rolloutFindings(action: Action, seen: Observation, truth: Truth): Found[] {
  const version = truth.workloads.rollingVersion;
  if (version === undefined) return [];
  const left = leavesPodsOut(version, action, seen);
  switch (action.kind) {
    case 'set-paused':
      return [...left, ...(action.isPaused ? halfWay(version, seen, truth) : early(version, seen, truth))];
    case 'add-version':
      return [...left, ...beside(version, seen, truth)];
    case 'write-subsets':
      return [...left, ...choosesOthers(version, action, seen, truth)];
    default:
      return left;
  }
}

function found(message: string, heldAtObservation: boolean): Found[] {
  return [{ invariant: 'S1', message, heldAtObservation }];
}

/** Its subset chooses a template that not all of its pods have: before anything else it has to choose all of them. */
function leavesPodsOut(version: string, action: Action, seen: Observation): Found[] {
  const { hashes } = rolloutIn(version, seen);
  const chosen = choiceIn(version, seen);
  const isServed = !seen.route?.whole && isWeighted(version, seen);
  const isOut = chosen !== undefined && chosen !== '' && hashes.some((hash) => hash !== chosen);
  if (!isServed || !isOut || !goesOn(action, seen.route?.split)) return [];
  return found(`${action.kind}, while pods of ${version} are in no subset: it chooses ${chosen}`, false);
}

/** Where nobody tells, it may roll. */
function rolloutIn(version: string, { workloads }: Observation) {
  return workloads[version]?.rollout ?? { isRolling: true, paused: 'no', hashes: [] };
}

function choiceIn(version: string, { subsets }: Observation): string | undefined {
  return subsets?.chosenBy?.[version];
}

function isWeighted(version: string, { route }: Observation): boolean {
  return (route?.split[version] ?? 0) > 0;
}

function goesOn(action: Action, split: Readonly<Record<string, number>> = {}): boolean {
  switch (action.kind) {
    case 'write-route':
      return Object.entries(action.split).some(([version, weight]) => weight > (split[version] ?? 0));
    case 'write-subsets':
      return (action.choose?.hash ?? '') !== '';
    default:
      return ['add-version', 'remove-version', 'set-paused'].includes(action.kind);
  }
}

/** What is paused half way stays so: its pods have no hash in common. */
function halfWay(version: string, seen: Observation, truth: Truth): Found[] {
  const templates = templatesOf(version, truth);
  const held = !rolloutIn(version, seen).isRolling;
  if (templates.length <= 1 && held) return [];
  return found(`${version} is paused half way: its pods are of ${templates.join(', ')}`, held);
}

/** As soon as it is resumed its next pods come: by no subset that a proxy sends to may it choose a template. */
function early(version: string, seen: Observation, truth: Truth): Found[] {
  const { workloads, proxies } = truth;
  const narrow = proxies.filter((proxy) => sendsBy(proxy, version, (selector) => hashIn(selector) !== undefined));
  const isChosen = seen.subsets?.versions.includes(version) && seen.subsets.chosenBy?.[version] !== '';
  const held = !isChosen && wasSeen(narrow, version, seen, truth);
  if ((narrow.length === 0 || !workloads.isPaused(version)) && held) return [];
  return found(
    `${version} is resumed: ${names(narrow) || 'the driver could not know whether a proxy'} chooses by its template`,
    held,
  );
}

function beside(version: string, seen: Observation, truth: Truth): Found[] {
  const wide = truth.proxies.filter((proxy) => sendsBy(proxy, version, (selector) => selector === wholeService));
  const isNarrow = choiceIn(version, seen) !== '' && choiceIn(version, seen) !== undefined;
  const isNamed = isWeighted(version, seen) && seen.subsets?.versions.includes(version);
  const held = (isNarrow || !isNamed) && wasSeen(wide, version, seen, truth);
  if (wide.length === 0 && held) return [];
  return found(
    `pods are made beside ${version}: at ${names(wide) || 'some proxy, perhaps,'} its subset chooses all`,
    held,
  );
}

function choosesOthers(
  version: string,
  { choose }: Extract<Action, { kind: 'write-subsets' }>,
  seen: Observation,
  truth: Truth,
): Found[] {
  if (!choose || choose.hash === '') return [];
  const templates = templatesOf(version, truth);
  const { isRolling, paused, hashes } = rolloutIn(version, seen);
  const held = !isRolling && paused !== 'no' && hashes.includes(choose.hash);
  const fits = templates.join() === choose.hash && truth.workloads.isPaused(version);
  if (fits && held) return [];
  return found(`the subset of ${version} chooses ${choose.hash}: its pods are of ${templates.join(', ')}`, held);
}

/** Of pods that are not ending. */
function templatesOf(version: string, { workloads }: Truth): string[] {
  const living = workloads.podsOf(version).filter(({ deletedBy }) => deletedBy === undefined);
  return [...new Set(living.map(({ hash }) => hash))];
}

function sendsBy({ served, clusters }: Proxy, version: string, isSuch: (selector: string) => boolean): boolean {
  const selector = clusters.get(version)?.endpoints.selector;
  const isSentTo = served.some(({ sends }) => sends.some(({ subset }) => subset === version));
  return isSentTo && selector !== undefined && isSuch(selector);
}

/** By a route that was written before the choice, nobody can know that a proxy has it. */
function wasSeen(lacking: readonly Proxy[], version: string, seen: Observation, { isRouteLater }: Truth): boolean {
  const isShown = seen.proxies.every((proxy) => isUpToDate(proxy, version, seen));
  return isShown && (lacking.length === 0 || isRouteLater);
}

/** It sends nothing there, or was seen to have the last route; so it has what was written before that. */
function isUpToDate(proxy: ObservedProxy, version: string, { route }: Observation): boolean {
  if (!isRead(proxy)) return false;
  if (!proxy.namedVersions.includes(version)) return true;
  return proxy.routes.length > 0 && proxy.routes.every(({ marker }) => marker === route?.marker);
}

const names = (proxies: readonly Proxy[]) => proxies.map(({ name }) => name).join(', ');
