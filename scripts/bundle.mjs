// Writes programs of this repository to build/: bundle.mjs NAME…, with the names in scripts/programs.mjs.
import { bundle } from './programs.mjs';
import { replaceFile } from './replace-file.mjs';

for (const name of process.argv.slice(2)) {
  const { outputFiles } = await bundle(name);
  for (const { path, contents } of outputFiles) await replaceFile(path, contents);
}
