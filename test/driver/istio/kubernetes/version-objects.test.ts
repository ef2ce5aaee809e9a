/** What versions are made of is read by many requests at once. */
import { versionObjects } from '../../../../driver/istio/kubernetes/version-objects';
import type { Writer } from '../../../../driver/istio/kubernetes/writer';
import { adopted } from '../../../support/adopted';
import { releaseWith } from '../../../support/observations';

const release = adopted(releaseWith());
const away = (afterMs: number) =>
  new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`away after ${afterMs}`)), afterMs));

it('fails as one when the API server is away, and none of the answers that come later ends the process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const api = { list: () => away(1), find: () => away(5) };
  const paths = { of: ({ name = '' }: { readonly name?: string }) => Promise.resolve(`/${name}`) };
  const reading = versionObjects({ api, paths } as unknown as Writer, release, [
    { apiVersion: 'apps/v1', kind: 'Deployment' },
  ]);
  await expect(reading).rejects.toThrow('away after 1');
  await away(20).catch(() => undefined);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
