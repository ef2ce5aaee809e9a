/** Runs scenarios one after the other: each has the cluster's processors for itself, and its counts are its own. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './support/command';
import { diagnose } from './support/diagnosis';
import type { Scenario } from './support/scenario';
import { Trial } from './support/trial';
import { PaceNotHeld } from './support/verdict';
import { renderTable, type Result } from './table';

export interface Console {
  readonly print: (line: string) => void;
  /** Called with what has to be ended when the person at the terminal ends the run. */
  readonly onInterrupt: (end: () => Promise<void>) => void;
}

export async function runScenarios(scenarios: readonly Scenario[], console: Console): Promise<boolean> {
  const results: Result[] = [];
  for (const scenario of scenarios) results.push(await runScenario(scenario, console));
  const failed = results.filter(({ passed }) => !passed).length;
  console.print(`\n${renderTable(results)}\n`);
  console.print(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0;
}

/** A measurement that was none is made again; a scenario that failed is not. */
const mostMeasurements = 3;

async function runScenario(scenario: Scenario, console: Console): Promise<Result> {
  console.print(`\n${scenario.name}: ${scenario.claim}`);
  for (let measurement = 1; ; measurement += 1) {
    const { failure, ...result } = await measure(scenario, console);
    if (!(failure instanceof PaceNotHeld) || measurement === mostMeasurements) return result;
    console.print(`  not measured: ${failure.message}; once more`);
  }
}

async function measure(scenario: Scenario, { print, onInterrupt }: Console): Promise<Result & { failure: unknown }> {
  const startMs = Date.now();
  const elapsed = () => (Date.now() - startMs) / 1000;
  const trial = new Trial(scenario.name, (text) => print(`  ${elapsed().toFixed(1).padStart(6)} s  ${text}`));
  onInterrupt(() => trial.close());
  let failure: unknown;
  try {
    await withinLimit(scenario.run(trial), scenario.limitSeconds);
  } catch (error) {
    failure = error;
    print(await failureReport(trial, error));
  }
  await trial
    .close()
    .catch((error: unknown) => trial.note(`namespace ${trial.namespace} was not deleted: ${String(error)}`));
  if (!failure) rmSync(trial.folder, { recursive: true });
  const passed = failure === undefined;
  const seconds = elapsed();
  print(`  ${passed ? 'passed' : 'FAILED'} after ${seconds.toFixed(1)} s`);
  return { scenario: scenario.name, passed, seconds, counts: trial.counts, failure };
}

async function withinLimit(work: Promise<void>, limitSeconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after its limit of ${limitSeconds} s`)), limitSeconds * 1000);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

async function failureReport(trial: Trial, error: unknown): Promise<string> {
  const files = await diagnose(trial);
  return [
    '',
    error instanceof CommandError ? error.message : error instanceof Error ? error.stack : String(error),
    '',
    `  again:       npm run e2e -- ${trial.scenario}`,
    `  namespace:   ${trial.namespace} (deleted now), host ${trial.host}`,
    `  every input: ${join(trial.folder, 'synth-*')} (release.yaml and the manifests that were applied)`,
    `  outcomes:    ${join(trial.folder, 'outcomes')} (one line of JSON per request)`,
    `  the cluster: ${files.map((file) => join(trial.folder, file)).join(', ')}`,
    '',
  ].join('\n');
}
