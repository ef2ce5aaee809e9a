/** The same decisions, when all that is known of the gateways is what they did with the driver's own requests. */
import { decide } from '../../../driver/istio/decide';
import type { Decision } from '../../../driver/istio/decision';
import { nothingRemembered, rememberLook, type Memory } from '../../../driver/istio/memory';
import type { Observation, ProbedProxy } from '../../../driver/istio/observation';
import { endedWith, observed, recordWith, releaseWith } from '../../support/observations';

const release = releaseWith('steps: [{weight: 10}, {pause: 10s}, {weight: 50}, {pause: until promoted}]');
const both = { subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 } };

function decideOn(seen: Observation, memory: Partial<Memory> = {}): Decision {
  const order = { kind: 'run', canary: 'v2' } as const;
  return decide({
    release,
    order,
    seen,
    memory: { ...nothingRemembered, ...memory },
    gateLimitMs: 60_000,
    releaseId: 'r1',
  });
}

describe('evidence by probes', () => {
  const record = recordWith({ step: 1, marker: 'split@r1.1' });
  const marker = record.marker;
  const host = 'demo.example.com';
  const gatewayThat = (
    answers: ProbedProxy['answers'],
    markers: Record<string, string> = { [host]: marker },
  ): ProbedProxy => ({
    name: 'gateway-a',
    kind: 'gateway',
    markers,
    answers,
  });
  const probing = (proxy: ProbedProxy, more: Parameters<typeof observed>[0] = {}) =>
    observed({ ...both, record, evidence: 'probe', proxies: [proxy], route: { probes: ['v1', 'v2'] }, ...more });

  it('gives the route probes for both versions when the release begins, and asks nothing of the proxies before', () => {
    const seen = observed({ evidence: 'probe', proxies: [gatewayThat({}, { [host]: '' })] });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'write-route', split: { v1: 100 }, probes: ['v1', 'v2'] } });
  });

  it('writes a route only after a pod of each version answered through every gateway (S1)', () => {
    const ready = gatewayThat({ v1: 'answered', v2: 'answered' });
    expect(decideOn(probing(ready))).toMatchObject({ action: { split: { v1: 90, v2: 10 }, probes: ['v1', 'v2'] } });
    for (const v2 of ['no cluster', 'failed'] as const) {
      const decision = decideOn(probing(gatewayThat({ v1: 'answered', v2 })));
      expect(decision).toMatchObject({
        wait: { for: 'gate', obstacles: [{ proxy: 'gateway-a', code: 'no-answer', version: 'v2' }] },
      });
    }
    expect(decideOn(probing(gatewayThat({ v1: 'answered' })))).toMatchObject({ wait: { for: 'gate' } });
  });

  it('adds a subset only after every gateway was seen to have no cluster of an earlier one', () => {
    const fresh = { subsets: ['v1'], record: recordWith({ marker }) };
    const wait = (answers: ProbedProxy['answers']) => decideOn(probing(gatewayThat(answers), fresh));
    expect(wait({ v1: 'answered' })).toMatchObject({
      wait: { obstacles: [{ proxy: 'gateway-a', code: 'no-probe-route', version: 'v2' }] },
    });
    expect(wait({ v1: 'answered', v2: 'answered' })).toMatchObject({ wait: { for: 'propagation' } });
    expect(wait({ v1: 'answered', v2: 'failed' })).toMatchObject({ wait: { for: 'propagation' } });
    expect(wait({ v1: 'answered', v2: 'no cluster' })).toMatchObject({ action: { kind: 'write-subsets' } });
  });

  it('takes the probes of a version away before its subset (S2), and waits for that write as for any other', () => {
    const unrouted = { v1: new Date(0).toISOString() };
    const last = recordWith({ step: 6, serial: 4, marker: 'split@r1.4', unrouted });
    const moved = { record: last, split: { v2: 100 }, atMs: 60_000, inFlight: { v1: 0 } };
    const current = gatewayThat({ v1: 'answered', v2: 'answered' }, { [host]: 'split@r1.4' });
    const quiet = { quietSinceMs: { v1: 0 }, connections: { begun: {}, settledSinceMs: { v1: 0 } } };
    const still = probing(current, moved);
    expect(decideOn(still, quiet)).toMatchObject({
      action: { kind: 'write-route', probes: ['v2'], marker: 'split@r1.5' },
    });
    expect(rememberLook(nothingRemembered, still).quietSinceMs).toEqual({});
    const without = { ...moved, route: { probes: ['v2'] } };
    expect(decideOn(probing(current, without), quiet)).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v2'] },
    });
    expect(rememberLook(nothingRemembered, probing(current, without)).quietSinceMs).toEqual({ v1: 60_000 });
    const behind = gatewayThat({ v2: 'answered' }, { [host]: 'split@r1.3' });
    expect(decideOn(probing(behind, without), quiet)).toMatchObject({
      wait: { for: 'propagation', obstacles: [{ code: 'old-route', host, marker: 'split@r1.3' }] },
    });
    expect(rememberLook(nothingRemembered, probing(behind, without)).quietSinceMs).toEqual({});
  });

  it('is done only when no gateway answers by a route of the release any more (S6)', () => {
    const finished = { record: undefined, split: { v2: 100 }, subsets: ['v2'], pods: { v2: 2 }, route: { probes: [] } };
    const ended = endedWith({ v2: 100 });
    const behind = decideOn(probing(gatewayThat({}, { [host]: 'split@r1.5' }), finished), { ended });
    expect(behind).toMatchObject({
      wait: { for: 'propagation', obstacles: [{ code: 'old-route', host, marker: 'split@r1.5' }] },
    });
    const gone = probing(gatewayThat({}, { [host]: '' }), finished);
    expect(decideOn(gone, { ended })).toMatchObject({
      because: { outcome: 'completed', split: { v2: 100 }, evidence: 'probe' },
    });
    // The write may be somebody else's, of a moment ago.
    expect(decideOn(gone)).toMatchObject({
      kind: 'hold',
      because: { code: 'probes-cannot-tell', split: { v2: 100 } },
    });
  });

  it('puts the evidence of each step on record', () => {
    const paused = recordWith({ step: 2, marker, evidence: ['proxy', 'proxy'], since: new Date(0).toISOString() });
    const proxy = gatewayThat({ v1: 'answered', v2: 'answered' });
    const seen = probing(proxy, { record: paused, split: { v1: 90, v2: 10 }, atMs: 60_000 });
    const watched = { since: paused.since, ms: 60_000, atMs: 60_000 };
    const next = { step: 3, evidence: ['proxy', 'proxy', 'probe'] };
    expect(decideOn(seen, { watched })).toMatchObject({ action: { record: next } });
  });
});
