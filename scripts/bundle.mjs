// Writes programs of this repository to build/: bundle.mjs NAME…, with the names in scripts/programs.mjs.
import { bundle, isCommand } from './programs.mjs';
import { replaceFile } from './replace-file.mjs';

for (const name of process.argv.slice(2)) {
  const { outputFiles } = await bundle(name);
  for (const { path, contents } of outputFiles) {
    // An archive that is no package of npm, such as krew's, keeps the mode.
    await replaceFile(path, contents, isCommand(name) ? 0o755 : 0o644);
  }
}
