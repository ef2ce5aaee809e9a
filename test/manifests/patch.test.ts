import type { Manifest } from '../../model';
import { digestOf, disownPatch, editSubsets, patchOf, subsetsOf, withoutSubsets } from '../../manifests';

const live: Manifest = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'web', namespace: 'shop', uid: 'u-1', resourceVersion: '7', annotations: { 'x/y': '1' } },
  spec: { host: 'web', trafficPolicy: {}, subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: {} }] },
};
const seen = [
  { op: 'test', path: '/metadata/uid', value: 'u-1' },
  { op: 'test', path: '/metadata/resourceVersion', value: '7' },
];
const subsetOf = (name: string) => ({ name, labels: { version: name } });

function annotated(annotations: Record<string, string> | undefined): Manifest {
  return { ...live, metadata: { ...live.metadata, annotations } };
}

describe('subsets', () => {
  /** A synthesized rule with subsets in this order. */
  const ordered = (...names: string[]): Manifest => ({ ...live, spec: { subsets: names.map(subsetOf) } });

  it('are those of the wanted versions in the order of the manifests, and one that is there stays as it is', () => {
    const edited = editSubsets(live, ['v1', 'v2'], subsetOf, ordered('v2', 'v1'));
    expect(subsetsOf(edited)).toEqual(['v2', 'v1']);
    expect((edited.spec as { subsets: unknown[] }).subsets[1]).toEqual(
      (live.spec as { subsets: unknown[] }).subsets[0],
    );
    expect(JSON.stringify(editSubsets(edited, ['v1'], subsetOf))).toBe(JSON.stringify(live));
  });

  it('that are nobody’s version stay as they are, where they are, whatever their names', () => {
    const theirs = ['Blue', 'v1', 'all'].map((name) => ({ name, labels: { color: name } }));
    const rule = { ...live, spec: { ...(live.spec as object), subsets: theirs } };
    const [blue, v1, all] = theirs;
    const edited = editSubsets(rule, ['all', 'Blue', 'v1', 'v2'], subsetOf, ordered('v1', 'v2', 'all'));
    expect((edited.spec as { subsets: unknown[] }).subsets).toEqual([blue, v1, subsetOf('v2'), all]);
    expect(editSubsets(edited, ['all', 'Blue', 'v1'], subsetOf)).toEqual(rule);
  });

  it('taken out, leave the same object', () => {
    expect(withoutSubsets(editSubsets(live, ['v2', 'v3'], subsetOf))).toEqual(withoutSubsets(live));
  });

  it('of a version such as 1.5.0 are found by the name of its subset', () => {
    const edited = editSubsets(live, ['1.5.0'], () => subsetOf('1-5-0'));
    expect(editSubsets(edited, ['1.5.0'], () => ({ name: 'another' }))).toEqual(edited);
  });
});

describe('a patch', () => {
  it('holds for the object as it was seen, and replaces the edited field alone', () => {
    expect(patchOf(live, editSubsets(live, ['v2'], subsetOf))).toEqual([
      ...seen,
      { op: 'replace', path: '/spec/subsets', value: [subsetOf('v2')] },
    ]);
  });

  it('adds a field that is absent, and removes one that is to be', () => {
    const none = editSubsets(live, [], subsetOf);
    expect(patchOf(none, live)[2]).toMatchObject({ op: 'add', path: '/spec/subsets' });
    expect(patchOf(live, none)[2]).toEqual({ op: 'remove', path: '/spec/subsets' });
  });

  it('changes single annotations of handover', () => {
    const before = annotated({ 'x/y': '1', 'handover/a': '1', 'handover/b~': '1' });
    const after = annotated({ 'x/y': '1', 'handover/a': '2', 'handover/c': '3' });
    expect(patchOf(before, after)).toEqual([
      ...seen,
      { op: 'replace', path: '/metadata/annotations/handover~1a', value: '2' },
      { op: 'remove', path: '/metadata/annotations/handover~1b~0' },
      { op: 'add', path: '/metadata/annotations/handover~1c', value: '3' },
    ]);
  });

  it('creates the mapping of annotations where there is none', () => {
    expect(patchOf(annotated(undefined), annotated({ 'handover/a': '1' })).slice(2)).toEqual([
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: '/metadata/annotations/handover~1a', value: '1' },
    ]);
  });

  it('of nothing tests alone', () => {
    expect(patchOf(live, { ...live, spec: { subsets: [], ...(live.spec as object) } })).toEqual(seen);
  });

  it.each<[string, Manifest]>([
    ['another field of the spec', { ...live, spec: { ...(live.spec as object), host: 'x' } }],
    ['a label', { ...live, metadata: { ...live.metadata, labels: { a: 'b' } } }],
    ['an annotation of somebody else', annotated({ 'x/y': '2' })],
    ['the status', { ...live, status: {} }],
  ])('is never made of %s', (_, wanted) => {
    expect(() => patchOf(live, wanted)).toThrow(/found other differences/);
  });

  it('is never made for an object that was not seen in the cluster', () => {
    const unseen = { ...live, metadata: { name: 'web' } };
    expect(() => patchOf(unseen, unseen)).toThrow(/expected uid/);
  });
});

describe('a digest', () => {
  it('is the same for the same spec, whatever the order of its keys and the metadata', () => {
    const { host, ...rest } = live.spec as Record<string, unknown>;
    expect(digestOf({ ...annotated({}), spec: { ...rest, host } })).toBe(digestOf(live));
    expect(digestOf(live)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is another one for another order of routes', () => {
    const [one, other] = [
      ['v1', 'v2'],
      ['v2', 'v1'],
    ].map((names) => digestOf({ ...live, spec: { http: names.map((name) => ({ name })) } }));
    expect(one).not.toBe(other);
  });

  it('is the same for another order of subsets, which means nothing, and another one for another subset', () => {
    const [one, other, third] = [
      ['v1', 'v2'],
      ['v2', 'v1'],
      ['v1', 'v3'],
    ].map((names) => digestOf({ ...live, spec: { subsets: names.map(subsetOf) } }));
    expect(one).toBe(other);
    expect(one).not.toBe(third);
  });
});

describe('disowning', () => {
  const managed = (...managedFields: object[]) => ({ ...live, metadata: { ...live.metadata, managedFields } });
  const kubectl = { manager: 'kubectl', operation: 'Apply' };
  const ours = (operation: string, subresource?: string) => ({ manager: 'handover', operation, subresource });

  it('takes out each entry of ours, the last one first', () => {
    const object = managed(ours('Update'), kubectl, ours('Apply'), ours('Update', 'status'));
    expect(disownPatch(object, 'handover')).toEqual([
      ...seen,
      { op: 'test', path: '/metadata/managedFields/0/manager', value: 'handover' },
      { op: 'test', path: '/metadata/managedFields/2/manager', value: 'handover' },
      { op: 'remove', path: '/metadata/managedFields/2' },
      { op: 'remove', path: '/metadata/managedFields/0' },
    ]);
  });

  it('empties the list by an empty entry, as the API server ignores an empty list', () => {
    expect(disownPatch(managed(ours('Update')), 'handover')?.at(-1)).toEqual({
      op: 'replace',
      path: '/metadata/managedFields',
      value: [{}],
    });
  });

  it('is nothing to do where no entry is ours', () => {
    expect(disownPatch(managed(kubectl), 'handover')).toBeUndefined();
    expect(disownPatch(live, 'handover')).toBeUndefined();
  });
});
