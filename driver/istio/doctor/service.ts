/** Before the first install: whether a Service of this name is there that would lose its requests by it. */
import type { Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { lostByInstalling, wayToInstall } from '../kubernetes/existing-service';
import { wrong, type Check } from './check';

export async function checkService(api: Api, release: Release): Promise<Check[]> {
  const found = await lostByInstalling(api, release);
  return found === undefined ? [] : [wrong('Service', `${found} by kubectl apply -f dist/`, wayToInstall(release))];
}
