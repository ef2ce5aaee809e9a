/**
 * In a large mesh a look lasts for seconds, and the proxies that were asked first may have got meanwhile what they lacked. So they are
 * asked once more before it ends: else a whole further look, at all proxies, would have to find that out. Every answer is of this look,
 * and the later one counts.
 */
import { isSeen, type Proxy, type SeenProxy } from '../observation';
import { nameOf, type ProxyPod } from './proxy-pods';

/** In a shorter one nothing is won: the next look is as near. */
const longLookMs = 500;

export async function askedAgain(
  pods: readonly ProxyPod[],
  ask: (pods: readonly ProxyPod[]) => Promise<Proxy[]>,
  isBehind: (proxy: SeenProxy) => boolean,
  nowMs: () => number,
): Promise<Proxy[]> {
  const beganMs = nowMs();
  const first = await ask(pods);
  if (nowMs() - beganMs < longLookMs) return first;
  const behind = new Set(first.filter((proxy) => isSeen(proxy) && isBehind(proxy)).map(({ name }) => name));
  const again = await ask(pods.filter(({ pod }) => behind.has(nameOf(pod))));
  return [...first.filter(({ name }) => !behind.has(name)), ...again];
}
