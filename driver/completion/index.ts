/** Completion in shells: `handover completion SHELL` prints a script, which asks `handover __complete WORDS…` at each tab. */
import { Argument, type Command } from 'commander';
import { versionsIn } from '../../model';
import type { Io } from '../io';
import { defaults } from '../options';
import { answerTo, render } from './answer';
import { scripts, type Shell } from './scripts';

export { asksForCompletion } from './scripts';

export function addCompletion(program: Command, io: Io): void {
  program
    .command('completion')
    .description('print a script that completes verbs, options and versions in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText('after', help)
    .action((shell: Shell) => io.out(scripts[shell]));
}

/** Asks no cluster, and says nothing of what is wrong: somebody is typing. */
export function complete(program: Command, io: Io, words: readonly string[]): void {
  io.out(render(answerTo(program, words, (file) => versionsOf(io, file ?? defaults.file))));
}

/** No shell expands a ~ in a word that is not complete. The standard input is the shell's own. */
function versionsOf(io: Io, file: string): readonly string[] {
  if (file === '-') return [];
  try {
    return versionsIn(io.readFile(file.replace(/^~(?=\/)/, () => io.environment.HOME ?? '~')));
  } catch {
    return [];
  }
}

const help = `
  bash   eval "$(handover completion bash)"     in ~/.bashrc
  zsh    eval "$(handover completion zsh)"      in ~/.zshrc, after compinit
  fish   handover completion fish | source      in ~/.config/fish/config.fish
`;
