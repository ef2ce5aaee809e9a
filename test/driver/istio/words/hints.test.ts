/** What is said to do must be possible, and true of that very wait. */
import { hintOf } from '../../../../driver/istio/words/hints';
import type { DrainCondition } from '../../../../driver/istio/decision';
import type { Obstacle } from '../../../../driver/istio/obstacle';

const service = { name: 'demo', namespace: 'shop' };
const drain = (until: DrainCondition) => hintOf({ for: 'drain', version: 'v1', until }, service);
const gate = (obstacle: Obstacle) => hintOf({ for: 'gate', obstacles: [obstacle] }, service);

describe('what a person can do', () => {
  it('about too few pods that nobody will make more of is to scale', () => {
    const pods = { for: 'pods', version: 'v2', available: 1, needed: 4 } as const;
    expect(hintOf({ ...pods, asked: 1 }, service)).toContain('scale it to 4');
    expect(hintOf(pods, service)).toContain('see why with kubectl -n shop get pods -l app=demo,version=v2');
  });

  it('about a proxy depends on what stands in the way there', () => {
    expect(gate({ code: 'unreadable', proxy: 'a.b', detail: '' })).toContain('whether you may ask it');
    expect(gate({ code: 'shadowed', proxy: 'a.b', host: 'h', by: 'x' })).toContain('the other VirtualService');
    expect(gate({ code: 'no-route', proxy: 'a.b', host: 'h' })).toContain('--without-proxy');
  });

  it('about a drain is nothing only where it ends by itself', () => {
    expect(drain({ code: 'held', remainingSeconds: 40 })).toContain('nothing has to be done');
    expect(drain({ code: 'own-route', route: 'shop/demo' })).toContain('take v1 out of that route');
    expect(drain({ code: 'unnamed', by: ['other/vs'] })).toContain('take the subset out of other/vs');
    expect(drain({ code: 'idle', atPods: 'unknown' })).toContain('does not answer');
    expect(drain({ code: 'idle', atPods: 2, atProxies: 2 })).toContain('see who makes them');
  });
});
