/** What a user's own script does after the app: edits the manifests in the folder that cdk8s and handover name alike. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

/** `edit` gets one manifest and returns the list of manifests that take its place. */
export function editManifests(edit) {
  const folder = process.env.CDK8S_OUTDIR;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const manifests = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());
    // Version 1.1 quotes what kubectl would take for a boolean.
    const texts = manifests.flatMap(edit).map((manifest) => stringify(manifest, { version: '1.1' }));
    writeFileSync(file, texts.join('---\n'));
  }
}
