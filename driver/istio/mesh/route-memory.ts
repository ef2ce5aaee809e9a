/**
 * The route configurations of each proxy, read again only when they have changed: a look asks for their stamps, some 300 bytes. A stamp
 * is istiod's push version and the time at which Envoy took it over, in milliseconds. Envoy gives a new one with each change of
 * the content, and with its own start. So nothing is believed longer than it was seen: that the stamp is still the same is seen in
 * every look.
 */
import * as z from 'zod';
import type { Get } from '../../kubernetes/http-over';
import { Narrowed } from './narrowed';

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

interface Config {
  readonly stamp: string;
  /** Of the configuration without its stamp: the same in most proxies. */
  readonly text: string;
}

type Configs = ReadonlyMap<string, Config>;

interface Known {
  /** What the texts were searched for: with other words they do not count. */
  readonly words: string;
  readonly configs: Configs;
}

export interface RoutesRead {
  /** As Envoy answers to /config_dump, without stamps, and without the virtual hosts that contain none of the words. */
  readonly text: string;
  /** A second question had to be asked: what was asked beside the first is older than the text. */
  readonly isLate: boolean;
}

export class RouteMemory {
  private readonly known = new Map<string, Known>();
  /** Each text once, however many proxies have it. */
  private readonly texts = new Map<string, string>();

  /**
   * The dynamic route configurations of an Envoy. Its first question is asked at once. `proxy` is the uid of its pod. Throws when an
   * answer is not what Envoy is known to say.
   */
  async read(get: Get, proxy: string, words: readonly string[]): Promise<RoutesRead> {
    const known = this.known.get(proxy);
    const searched = words.join(' ');
    const { configs, isLate } =
      known?.words === searched
        ? await changed(get, known.configs, words)
        : { configs: await allOf(get, words), isLate: false };
    this.known.set(proxy, { words: searched, configs: this.shared(configs) });
    return { text: `{"configs":[${[...configs.values()].map(({ text }) => text).join(',')}]}`, isLate };
  }

  /** Forgets those that are no more. */
  keep(proxies: readonly string[]): void {
    const there = new Set(proxies);
    for (const proxy of this.known.keys()) if (!there.has(proxy)) this.known.delete(proxy);
    const told = [...this.known.values()].flatMap(({ configs }) => [...configs.values()]);
    const used = new Set(told.map(({ text }) => text));
    for (const text of this.texts.keys()) if (!used.has(text)) this.texts.delete(text);
  }

  private shared(configs: Configs): Configs {
    const one = (text: string) => this.texts.get(text) ?? (this.texts.set(text, text), text);
    return new Map([...configs].map(([name, { stamp, text }]) => [name, { stamp, text: one(text) }]));
  }
}

async function changed(
  get: Get,
  known: Configs,
  words: readonly string[],
): Promise<{ readonly configs: Configs; readonly isLate: boolean }> {
  const stamps = configsIn(await get(stampsPath));
  const old = [...stamps].filter(([name, { stamp }]) => known.get(name)?.stamp !== stamp).map(([name]) => name);
  const read: Configs = old.length === 0 ? new Map() : await allOf(get, words, namesPattern(old));
  const current = [...stamps.keys()].map(
    (name) => [name, old.includes(name) ? read.get(name) : known.get(name)] as const,
  );
  // One that has gone in between is in no list any more.
  return {
    configs: new Map(current.flatMap(([name, config]) => (config ? [[name, config]] : []))),
    isLate: old.length > 0,
  };
}

async function allOf(get: Get, words: readonly string[], pattern?: string): Promise<Configs> {
  const filter = pattern === undefined ? '' : `&name_regex=${encodeURIComponent(pattern)}`;
  return configsIn(await get(`${resource}${filter}`, new Narrowed(virtualHostDepth, words)));
}

/** Throws for two of the same name: neither could be told from the other by its stamp. */
function configsIn(answer: string): Configs {
  const { configs } = dump.parse(JSON.parse(answer));
  const byName = new Map(
    configs.map(({ version_info: version, last_updated: updated, route_config }) => {
      const config = { stamp: `${version} ${updated}`, text: JSON.stringify({ route_config }) };
      return [route_config.name, config];
    }),
  );
  if (byName.size < configs.length) throw new Error('expected each route configuration once, found one twice');
  return byName;
}

/** RE2 reads it: only what has a meaning there is escaped. */
function namesPattern(names: readonly string[]): string {
  return `^(${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})$`;
}
