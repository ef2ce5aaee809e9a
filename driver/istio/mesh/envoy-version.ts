/** Which Envoy it is that answers otherwise than expected: admin ports differ by version. */
import * as z from 'zod';
import type { Get } from '../../kubernetes/http-over';

/** Such as `0ebfcfe5/1.38.3/Clean/RELEASE/BoringSSL`. */
const serverInfo = z.object({ version: z.string() });

/** Undefined when it does not say. */
export async function envoyVersion(get: Get): Promise<string | undefined> {
  const answer = await get('/server_info').catch(() => '');
  try {
    return serverInfo.parse(JSON.parse(answer)).version.split('/')[1];
  } catch {
    return undefined;
  }
}
