/** The command line that synthesizes: `app:` of cdk8s.yaml. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { messageOf } from '../../model';
import { synthRefusal } from './refusal';

export async function appOf(config: string): Promise<string> {
  const app = appIn(await read(config));
  if (typeof app === 'string' && app.trim() !== '') return app;
  const found = app === undefined ? 'none' : JSON.stringify(app);
  throw synthRefusal(`a command line as app: in ${config}`, found, 'such as app: node main.js');
}

function appIn(config: unknown): unknown {
  return typeof config === 'object' && config !== null && 'app' in config ? config.app : undefined;
}

async function read(config: string): Promise<unknown> {
  try {
    return parse(await readFile(config, 'utf8')) as unknown;
  } catch (error) {
    const fix = 'run handover in the folder of cdk8s.yaml, or pass the folder of ready manifests with --manifests';
    throw synthRefusal(`a configuration of cdk8s at ${config}`, messageOf(error), fix);
  }
}
