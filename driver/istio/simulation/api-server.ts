/**
 * The Istio objects and the lock, as the API server keeps them. Every change gives a new resourceVersion, and a write on the
 * condition of an older one is refused.
 */
import { isPublished, Refusal, sameSplit, type Manifest, type Release } from '../../../model';
import type { Outcome } from '../../core/outcome';
import type { Action } from '../action';
import type { Observation, ObservedRoute, ObservedState, ObservedSubsets, WrittenNote } from '../observation';
import { refuseRequest, type OperatorRequest, type ReleaseRecord } from '../record';
import type { RouteContent } from '../route-content';
import { Answering } from './answering';
import type { Writer } from './blame';
import { KeptState } from './kept-state';
import { Lease } from './lease';
import type { Note } from '../notes';
import type { Restorable } from '../state';
import { hashIn, type OwnObject, type RouteSnapshot, type SubsetsSnapshot } from './configuration';
import { withTimeout } from './own-routes';
import { namesIn, RuleSnapshots, type Selects } from './rule-snapshots';
import { RouteSnapshots } from './route-snapshots';
import type { Adoption, Scenario } from './scenario';
import type { Annotations, StoredRoute, StoredSubsets } from './stored-objects';

type SubsetsWrite = Pick<Extract<Action, { kind: 'write-subsets' }>, 'changes' | 'choose' | 'restores' | 'versions'>;
type RouteWrite = Extract<Action, { kind: 'write-route' }>;

/** Hears of every change that matters to proxies. */
export interface Watcher {
  routeWritten(route: RouteSnapshot): void;
  subsetsWritten(subsets: SubsetsSnapshot): void;
}

const fieldManagers: Readonly<Record<Writer, string>> = { order: 'handover', foreign: 'kubectl-edit' };

export class ApiServer extends Answering {
  private route: StoredRoute | undefined;
  private subsets: StoredSubsets | undefined;
  readonly lease: Lease;
  private revision = 1_000;
  private hasWebhook = false;
  /** The version that another VirtualService names, of proxies that nobody asks. */
  namedElsewhere: string | undefined;
  private readonly state = new KeptState();
  private readonly routes: RouteSnapshots;
  private readonly rules: RuleSnapshots;
  /** What would be put back of objects with contents of their owner's. */
  private kept: { readonly route?: OwnObject | undefined; readonly rule?: Manifest | undefined } = {};
  /** Releases that were aborted at some time, by their ids. */
  readonly abortedIds = new Set<string>();
  /** Names of routes that were written by an abort. */
  readonly abortMarkers = new Set<string>();

  constructor(
    nowMs: () => number,
    private readonly watcher: Watcher,
    private readonly release: Pick<Release, 'gateways' | 'mesh' | 'name' | 'namespace' | 'versions'>,
    { virtualService, adoption }: Pick<Scenario, 'adoption' | 'virtualService'> = {},
  ) {
    super(nowMs);
    this.lease = new Lease(nowMs);
    const nextSerial = () => ++this.revision;
    this.rules = new RuleSnapshots(nextSerial, release, adoption);
    this.routes = new RouteSnapshots(nextSerial, release, virtualService, adoption?.carried);
  }

  readState(): ObservedState {
    return this.state.read();
  }

  keepState(note: Note, seen: Observation): Outcome {
    const live = { route: this.readRoute(), subsets: this.readSubsets() };
    const outcome = this.state.keep(note, seen, live, ++this.revision);
    if (outcome === 'written') this.kept = { route: this.route?.snapshot.own, rule: this.subsets?.object };
    return outcome;
  }

  /** Somebody deletes one of the objects of a release. */
  delete(what: Restorable | 'state'): void {
    if (what === 'state') return this.state.clear();
    const serial = ++this.revision;
    if (what === 'route') {
      this.route = undefined;
      this.watcher.routeWritten({ ...noRoute, serial, writer: 'foreign', isGone: true });
    } else {
      this.subsets = undefined;
      this.watcher.subsetsWritten(this.rules.none(serial, 'foreign'));
    }
  }

  /** As it was copied; the route with this record, and by the name that is in it. A conflict: somebody else was quicker. */
  restore(action: Extract<Action, { kind: 'restore' }>, seen: ObservedState | undefined): Outcome {
    const { kept, resourceVersion } = this.readState();
    if (seen?.resourceVersion !== resourceVersion || this[action.what]) return 'conflict';
    if (action.what === 'route' && kept.route) this.restoreRoute(kept.route, action.record);
    else if (action.what === 'subsets' && kept.subsets) this.restoreSubsets(action, seen?.current?.record);
    else return 'conflict';
    return 'written';
  }

  private restoreSubsets(write: Pick<SubsetsWrite, 'choose' | 'versions'>, record: ReleaseRecord | undefined): void {
    const object = this.rules.written(this.kept.rule, write.versions, write);
    const selects = this.rules.selectsOf(write.versions, object);
    const note = record && { release: record.id, digest: this.rules.digestOf(selects, object), isRestored: false };
    this.storeSubsets(selects, 'order', note, object);
  }

  private restoreRoute({ split, headerVersions }: ObservedRoute, record: ReleaseRecord): void {
    const content = { split, headerVersions, probes: [], marker: record.marker };
    const snapshot = this.snapshotOf(content, 'order');
    const sent = { ...record, digests: { ...record.digests, route: this.digestOf(snapshot) }, generation: 1 };
    this.storeSnapshot(snapshot, 'order', { record: sent, request: undefined });
  }

  readRoute(): ObservedRoute | undefined {
    if (!this.route) return undefined;
    const { snapshot, record, request, changedBy, isOwned, isMutated, generation } = this.route;
    const { mesh } = this.release;
    const isMeshAlone = !isPublished(this.release);
    const resourceVersion = String(this.route.resourceVersion);
    const digest = this.digestOf(snapshot) + (isMutated ? ' and more' : '');
    const notes = { record, request, changedBy, isOwned, generation, digest };
    return { ...this.routes.read(snapshot), resourceVersion, mesh, isMeshAlone, ...notes };
  }

  readSubsets(): ObservedSubsets | undefined {
    if (!this.subsets) return undefined;
    const { snapshot, object, resourceVersion, changedBy, written, isOwned } = this.subsets;
    const { selects } = snapshot;
    const digest = this.rules.digestOf(selects, object);
    const found = { ...this.rules.changeOf(object), ...this.rules.chosenBy(selects) };
    const notes = { ...found, digest, written, changedBy, isOwned };
    return { resourceVersion: String(resourceVersion), versions: namesIn(selects), ...notes };
  }

  /** The route and the record of the release, in one request. Without a record the release is over. */
  writeRoute(
    content: RouteContent & Pick<RouteWrite, 'changes'>,
    record: ReleaseRecord | undefined,
    seen: ObservedRoute | undefined,
  ): Outcome {
    if (seen?.resourceVersion !== this.readRoute()?.resourceVersion) return 'conflict';
    const writer = this.writerOf(content);
    const snapshot = this.leftWhole(content) ?? this.snapshotOf(content, writer, content.changes);
    const digests = { route: this.digestOf(snapshot), subsets: this.readSubsets()?.digest };
    this.storeSnapshot(snapshot, writer, {
      record: record && { ...record, digests, generation: this.nextGeneration(snapshot) },
      request: record && seen?.record ? this.route?.request : undefined,
    });
    // Whose content it is says who is to blame; who sent it is another question.
    if (this.route) this.route = { ...this.route, changedBy: fieldManagers.order, sentDigest: digests.route };
    return 'written';
  }

  /** Routes to the whole Service get the record alone, until they are changed to name a subset. */
  private leftWhole({ changes, ...content }: RouteContent & Pick<RouteWrite, 'changes'>): RouteSnapshot | undefined {
    const { writer, snapshot: { own } = {} } = this.route ?? {};
    if (!writer || !own || changes || !this.routes.own?.isWhole(own.object)) return undefined;
    return this.routes.inEffect(content, writer, own);
  }

  private nextGeneration(next: RouteSnapshot): number {
    const { snapshot, generation = 0 } = this.route ?? {};
    return snapshot && this.digestOf(snapshot) === this.digestOf(next) ? generation : generation + 1;
  }

  /** A write that only renames a foreign split leaves the blame for its losses with the other writer. */
  private writerOf(content: RouteContent & Pick<RouteWrite, 'changes'>): Writer {
    const { split } = content;
    if (!this.route) return 'order';
    if (this.leftWhole(content)) return this.route.writer;
    return sameSplit(this.routes.read(this.route.snapshot).split, split) ? this.route.writer : 'order';
  }

  writeRecord(record: ReleaseRecord, seen: ObservedRoute | undefined): Outcome {
    if (!this.route || seen?.resourceVersion !== this.readRoute()?.resourceVersion) return 'conflict';
    this.annotateRoute('order', { record });
    return 'written';
  }

  writeSubsets(write: SubsetsWrite, seen: Pick<Observation, 'route' | 'subsets'>): Outcome {
    if (seen.subsets?.resourceVersion !== this.readSubsets()?.resourceVersion) return 'conflict';
    const { versions, restores, choose } = write;
    const before = this.subsets?.snapshot.selects;
    // A write that changes nothing but its note leaves the blame for what is missing with the other writer.
    const object = this.rules.written(this.subsets?.object, versions, write);
    const selects = this.rules.selectsOf(versions, object, before, choose);
    const isSame =
      before !== undefined && this.rules.digestOf(before, undefined) === this.rules.digestOf(selects, undefined);
    const writer = isSame ? (this.subsets?.snapshot.writer ?? 'order') : 'order';
    const digest = this.rules.digestOf(selects, object);
    this.storeSubsets(selects, writer, this.noteOn(digest, restores ?? false, seen.route?.record), object);
    return 'written';
  }

  /** Of the release that the driver saw: somebody may have deleted the VirtualService since. */
  private noteOn(sent: string, isRestored: boolean, record: ReleaseRecord | undefined): WrittenNote | undefined {
    if (!record) return undefined;
    const written = this.subsets?.written;
    const before = written?.release === record.id ? written.digest : record.digests.subsets;
    const digest = (isRestored ? before : undefined) ?? sent;
    return { release: record.id, digest, isRestored };
  }

  leaveRequest(request: OperatorRequest): void {
    if (!this.route)
      throw new Refusal('not-installed', 'a VirtualService to leave the request on', 'none', 'install it first');
    refuseRequest(request, this.route);
    this.annotateRoute('order', { request: { ...request, digest: this.digestOf(this.route.snapshot) } });
  }

  /** A write without a condition: anybody may do that at any time. */
  storeRoute(content: RouteContent, writer: Writer, annotations: Annotations = this.annotations()): void {
    this.storeSnapshot(this.snapshotOf(content, writer), writer, annotations);
  }

  private storeSnapshot(snapshot: RouteSnapshot, writer: Writer, annotations: Annotations = this.annotations()): void {
    if (annotations.record?.mode === 'abort') {
      this.abortedIds.add(annotations.record.id);
      this.abortMarkers.add(snapshot.marker);
    }
    const isOwned = writer === 'order' || (this.route?.isOwned ?? false);
    const { serial: resourceVersion } = snapshot;
    const isMutated = this.hasWebhook;
    const changedBy = fieldManagers[writer];
    const sentDigest = writer === 'foreign' ? this.route?.sentDigest : this.digestOf(snapshot);
    const generation = this.nextGeneration(snapshot);
    const notes = { ...annotations, generation, resourceVersion, changedBy, isOwned };
    this.route = { snapshot, writer, sentDigest, isMutated, ...notes };
    this.watcher.routeWritten(snapshot);
  }

  /** Edits what is live, or what was kept of what somebody deleted. */
  private snapshotOf(content: RouteContent, writer: Writer, changes?: RouteWrite['changes']): RouteSnapshot {
    const { own = this.kept.route } = this.route?.snapshot ?? {};
    return this.routes.written(content, writer, own, changes);
  }

  private digestOf(snapshot: RouteSnapshot): string {
    return this.routes.digestOf(snapshot);
  }

  /** Somebody sends one route of a VirtualService with several to a version; with one, that is the whole split. */
  reroute(index: number, version: string): void {
    if (!this.route) return;
    const { snapshot } = this.route;
    const { own } = snapshot;
    if (!own) return this.storeRoute({ ...snapshot, split: { [version]: 100 } }, 'foreign');
    const found = this.routes.own?.rerouted(own.object, index, version);
    if (!found) return;
    const byOthers = new Set([...own.byOthers, ...(found.isEditable ? [] : [found.name])]);
    this.storeSnapshot(this.routes.inEffect(snapshot, 'foreign', { object: found.edited, byOthers }), 'foreign');
  }

  /** Where the live route sends, as text: without names, which each write gives anew. */
  get sends(): string {
    return this.route ? this.routes.sends(this.route.snapshot) : '';
  }

  /** By somebody else: an edit that is taken back is none. */
  get isRouteEdited(): boolean {
    return this.route !== undefined && this.digestOf(this.route.snapshot) !== this.route.sentDigest;
  }

  /** Proxies learn of another VirtualService by the routes of the host. Ours stays as it is. */
  shadowBy(version: string | undefined): void {
    this.routes.shadow = version;
    if (!this.route) return;
    const { snapshot: before, writer } = this.route;
    const snapshot = this.routes.inEffect(before, writer, before.own);
    this.route = { ...this.route, snapshot };
    this.watcher.routeWritten(snapshot);
  }

  nameElsewhere(version: string | undefined): void {
    this.namedElsewhere = version;
  }

  mutate(): void {
    this.hasWebhook = true;
  }

  /** Changes annotations only, so proxies learn nothing of it. */
  annotateRoute(writer: Writer, change: Partial<Annotations>): void {
    if (!this.route) return;
    if (change.record?.mode === 'abort') this.abortedIds.add(change.record.id);
    this.route = { ...this.route, ...change, resourceVersion: ++this.revision, changedBy: fieldManagers[writer] };
  }

  /** Nobody but handover touches the note. What somebody else writes is the subsets alone. */
  storeSubsets(
    selects: Selects,
    writer: Writer,
    written = this.subsets?.written,
    object = this.rules.written(this.subsets?.object, namesIn(selects)),
  ): void {
    const isOwned = writer === 'order' || (this.subsets?.isOwned ?? false);
    const changedBy = fieldManagers[writer];
    const snapshot = this.rules.inEffect(selects, writer, this.subsets?.snapshot);
    this.subsets = { snapshot, object, resourceVersion: snapshot.serial, changedBy, written, isOwned };
    this.watcher.subsetsWritten(this.subsets.snapshot);
  }

  /** Somebody else takes subsets away, or adds some. */
  keepSubsets(versions: readonly string[]): void {
    const object = this.rules.written(this.subsets?.object, versions);
    this.storeSubsets(this.rules.selectsOf(versions, object), 'foreign');
  }

  get isRouteLater(): boolean {
    return (this.route?.snapshot.serial ?? 0) > (this.subsets?.snapshot.serial ?? 0);
  }

  /** Undefined of a subset that chooses all pods, or by other labels. */
  templateChosen(subset: string): string | undefined {
    return hashIn(this.subsets?.snapshot.selects.get(subset) ?? '');
  }

  /** The subset keeps its name, when it is there, and selects the pods of another version. Other tools do that; handover never does. */
  repoint(subset: string, version: string, writer: Writer = 'order'): void {
    if (!this.subsets?.snapshot.selects.has(subset)) return;
    this.storeSubsets(new Map(this.subsets?.snapshot.selects).set(subset, version), writer);
  }

  /** Managers of fields only, so proxies learn nothing of it. */
  disown(what: 'route' | 'subsets', seen: { readonly resourceVersion: string } | undefined): Outcome {
    const live = what === 'route' ? this.readRoute() : this.readSubsets();
    if (!live || live.resourceVersion !== seen?.resourceVersion) return 'conflict';
    const change = { isOwned: false, resourceVersion: ++this.revision };
    if (what === 'route' && this.route) this.route = { ...this.route, ...change };
    if (what === 'subsets' && this.subsets) this.subsets = { ...this.subsets, ...change, written: undefined };
    return 'written';
  }

  /** As its owner has it before anybody has released it by weights. */
  installWhole(route: RouteContent, { destinationRule }: Adoption): void {
    const { own } = this.routes;
    if (!own) return;
    const written = { object: own.asInstalled, byOthers: new Set<string>() };
    this.storeSnapshot(this.routes.inEffect(route, 'order', written), 'order');
    if (destinationRule) this.storeSubsets(this.rules.selectedBy(destinationRule), 'order', undefined, destinationRule);
  }

  /** Both edited objects, where they have contents of their owner's. */
  get objects(): { readonly route: Manifest | undefined; readonly rule: Manifest | undefined } {
    return { route: this.route?.snapshot.own?.object, rule: this.subsets?.object };
  }

  /** The routes as they are, to be put back word for word. */
  copyOfRoute(): (() => void) | undefined {
    if (!this.route) return undefined;
    const { snapshot } = this.route;
    return () => this.storeSnapshot(this.routes.inEffect(snapshot, 'foreign', snapshot.own), 'foreign');
  }

  /** Somebody edits what is not a matter of where it sends, or applies the file of its owner. */
  editRoute(how: 'timeout' | 'whole'): void {
    const { own } = this.routes;
    const { snapshot, writer } = this.route ?? {};
    if (!own || !snapshot?.own || !writer) return;
    const { object, byOthers } = snapshot.own;
    const edited = how === 'timeout' ? withTimeout(object) : own.asOfOwner(object);
    const by = how === 'timeout' ? writer : 'foreign';
    this.storeSnapshot(this.routes.inEffect(snapshot, by, { object: edited, byOthers }), 'foreign');
  }

  private annotations(): Annotations {
    return { record: this.route?.record, request: this.route?.request };
  }

  snapshots(): { route?: RouteSnapshot; subsets?: SubsetsSnapshot } {
    return { route: this.route?.snapshot, subsets: this.subsets?.snapshot ?? this.rules.none(0, 'order') };
  }
}

const noRoute = { split: {}, headerVersions: [], probes: [], marker: '', named: [] };
