/** The state as the data of a ConfigMap. */
import type { Note } from '../../../driver/istio/notes';
import { recordedRelease } from '../../../driver/istio/recorded-release';
import { pastOf, withPast, type PastRelease } from '../../../driver/istio/state';
import { copyIn, dataOf, stateOfData, type Pair } from '../../../driver/istio/state-data';
import type { Manifest } from '../../../model';
import { recordWith } from '../../support/observations';
import { releaseOf } from '../../support/release';

const record = recordWith();
const objectOf = (kind: string, filler = ''): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: {
    name: 'demo',
    namespace: 'shop',
    uid: 'u1',
    resourceVersion: '7',
    managedFields: [],
    labels: { team: 'checkout' },
    annotations: { 'example.com/note': filler, 'handover/release': '{}' },
  },
  spec: { hosts: ['demo.example.com'] },
  status: { conditions: [] },
});
const pairOf = (filler = ''): Pair => ({
  route: objectOf('VirtualService', filler),
  subsets: objectOf('DestinationRule', filler),
});
const noteOf = (over: Partial<Note> = {}): Note => ({
  current: { record, of: {}, restored: [] },
  history: [],
  copies: 'begin',
  isNeeded: true,
  ...over,
});
const past = (id: string): PastRelease => pastOf({ ...record, id }, 'completed', 0);
const bytes = (data: object) => Buffer.byteLength(Object.values(data).join(''));

describe('the state', () => {
  it('is read as it was written', () => {
    const history = [past('a'), past('b')];
    const data = dataOf(noteOf({ history }), {}, pairOf());
    const { current, history: read } = stateOfData(data);
    expect(read).toEqual(history);
    expect(current).toMatchObject({ record: { id: 'r1' }, of: { route: '7', subsets: '7' } });
  });

  it('whose shares somebody has damaged is read without them: the rest is as true as it was', () => {
    const damaged = { ...past('a'), shares: [{ at: 'yesterday', split: { v1: 100 } }] };
    const { history } = stateOfData({ history: JSON.stringify([damaged]) });
    expect(history).toMatchObject([{ id: 'a', outcome: 'completed' }]);
    expect(history[0]?.shares).toBeUndefined();
  });

  it('has copies that kubectl create takes: labels, annotations and spec, nothing that the API server gives', () => {
    const data = dataOf(noteOf(), {}, pairOf('kept'));
    const { apiVersion, kind, metadata, spec } = objectOf('VirtualService', 'kept');
    const { name, namespace, labels, annotations } = metadata;
    expect(copyIn(data, 'route')).toEqual({
      apiVersion,
      kind,
      spec,
      metadata: { name, namespace, labels, annotations },
    });
  });

  it('keeps what was live before the release, and forgets all copies when it is over', () => {
    const begun = dataOf(noteOf(), {}, pairOf('before'));
    const later = dataOf(noteOf({ copies: 'live' }), begun, pairOf('now'));
    expect(later['route-before']).toContain('before');
    expect(later.route).toContain('now');
    const over = dataOf({ history: [past('a')], copies: 'none', isNeeded: true }, later, pairOf());
    expect(Object.keys(over).sort()).toEqual(['history', 'schema']);
  });

  it('has no value of an environment variable, which may be a secret', () => {
    const release = releaseOf({ versions: { v1: { image: 'demo:1', env: { PASSWORD: 'hunter2' } } } });
    const secret = { ...record, release: recordedRelease(release) };
    expect(JSON.stringify(release)).toContain('hunter2');
    const data = dataOf(noteOf({ current: { record: secret, of: {}, restored: [] } }), {}, pairOf());
    expect(JSON.stringify(data)).not.toContain('hunter2');
  });

  it('stays below what a ConfigMap may have: copies of before go first, history last', () => {
    const many = Array.from({ length: 20 }, (_, index) => past(`r${index}`));
    const large = dataOf(noteOf({ history: many }), {}, pairOf('x'.repeat(200_000)));
    expect(bytes(large)).toBeLessThan(1_000_000);
    expect(Object.keys(large)).toContain('route-before');
    const larger = dataOf(noteOf({ history: many }), {}, pairOf('x'.repeat(400_000)));
    expect(bytes(larger)).toBeLessThan(1_000_000);
    expect(Object.keys(larger)).not.toContain('route-before');
    expect([copyIn(larger, 'route')?.kind, stateOfData(larger).history.length]).toEqual(['VirtualService', 20]);
    const huge = dataOf(noteOf({ history: many }), {}, pairOf('x'.repeat(1_100_000)));
    expect([copyIn(huge, 'route'), stateOfData(huge).history.length]).toEqual([undefined, 20]);
  });

  it('names the last twenty releases, each once, with short sentences', () => {
    const many = Array.from({ length: 25 }, (_, index) => past(`r${index}`));
    const history = many.reduce<PastRelease[]>(withPast, []);
    expect(history.map(({ id }) => id)).toEqual(many.slice(5).map(({ id }) => id));
    expect(withPast(history, past('r24'))).toHaveLength(20);
    const cause = { code: 'analysis-failed', detail: 'x'.repeat(10_000) } as const;
    expect(JSON.stringify(pastOf({ ...record, cause }, 'aborted', 0)).length).toBeLessThan(1_000);
  });

  it('that somebody has damaged is told, and a damaged copy is none', () => {
    expect(() => stateOfData({ history: '{' })).toThrow('expected JSON under history');
    expect(copyIn({ route: '[]' }, 'route')).toBeUndefined();
  });
});
