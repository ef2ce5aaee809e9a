/**
 * The route configurations of each proxy, read again only when they have changed: a look asks for their stamps, some 300 bytes. A stamp
 * is istiod's push version and the time at which Envoy took it over, in milliseconds. Envoy gives a new one with each change of
 * the content, and with its own start. So nothing is believed longer than it was seen: that the stamp is still the same is seen in
 * every look.
 */
import * as z from 'zod';
import type { Get } from '../../kubernetes/http-over';
import { narrowed } from './narrowed';

const resource = '/config_dump?resource=dynamic_route_configs';
const stampsPath = `${resource}&mask=version_info,last_updated,route_config.name`;

/** Of the virtual hosts, in Envoy's indented text. */
const virtualHostDepth = 5;

const dump = z.object({
  configs: z
    .array(
      z.looseObject({
        version_info: z.string().default(''),
        last_updated: z.string(),
        route_config: z.looseObject({ name: z.string().min(1) }),
      }),
    )
    .default([]),
});

type Config = z.output<typeof dump>['configs'][number];

interface Known {
  /** What the texts were searched for: with other words they do not count. */
  readonly words: string;
  readonly configs: ReadonlyMap<string, Config>;
}

export class RouteMemory {
  private readonly known = new Map<string, Known>();

  /**
   * What Envoy answers to /config_dump for its dynamic route configurations, without the virtual hosts that contain none of
   * these words. `proxy` is the uid of its pod. Throws when an answer is not what Envoy is known to say.
   */
  async read(get: Get, proxy: string, words: readonly string[]): Promise<string> {
    const known = this.known.get(proxy);
    const isKnown = known?.words === words.join(' ');
    const configs = isKnown ? await changed(get, known.configs, words) : await allOf(get, words);
    this.known.set(proxy, { words: words.join(' '), configs });
    return JSON.stringify({ configs: [...configs.values()] });
  }

  /** Forgets those that are no more. */
  keep(proxies: readonly string[]): void {
    const there = new Set(proxies);
    for (const proxy of this.known.keys()) if (!there.has(proxy)) this.known.delete(proxy);
  }
}

async function changed(get: Get, known: Known['configs'], words: readonly string[]): Promise<Known['configs']> {
  const stamps = configsIn(await get(stampsPath));
  const isOld = ({ route_config: { name } }: Config) => stampOf(known.get(name)) !== stampOf(stamps.get(name));
  const old = [...stamps.values()].filter(isOld).map((config) => config.route_config.name);
  const read = old.length === 0 ? new Map<string, Config>() : await allOf(get, words, namesPattern(old));
  const current = [...stamps.keys()].map(
    (name) => [name, old.includes(name) ? read.get(name) : known.get(name)] as const,
  );
  // One that has gone in between is in no list any more.
  return new Map(current.flatMap(([name, config]) => (config ? [[name, config]] : [])));
}

async function allOf(get: Get, words: readonly string[], pattern?: string): Promise<Known['configs']> {
  const filter = pattern === undefined ? '' : `&name_regex=${encodeURIComponent(pattern)}`;
  return configsIn(narrowed(await get(`${resource}${filter}`), virtualHostDepth, words));
}

/** Throws for two of the same name: neither could be told from the other by its stamp. */
function configsIn(text: string): Known['configs'] {
  const { configs } = dump.parse(JSON.parse(text));
  const byName = new Map(configs.map((config) => [config.route_config.name, config]));
  if (byName.size < configs.length) throw new Error('expected each route configuration once, found one twice');
  return byName;
}

function stampOf(config: Config | undefined): string | undefined {
  return config && `${config.version_info} ${config.last_updated}`;
}

/** RE2 reads it: only what has a meaning there is escaped. */
function namesPattern(names: readonly string[]): string {
  return `^(${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})$`;
}
