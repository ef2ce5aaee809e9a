/** A step is known by its place: with other steps before it in the file, the same number means another step. */
import { isDeepStrictEqual } from 'node:util';
import { hold } from '../decision';
import { stageName, stagesOf } from '../stages';
import type { Rule } from './situation';

/** What is still to come may be edited while a release is under way; what was, and the step that is, may not. */
export const otherSteps: Rule = ({ release, record }) => {
  if (record.mode !== 'run' || record.steps === undefined) return undefined;
  const upToNow = (steps: readonly string[]) => steps.slice(0, record.step + 1);
  const [began, found] = [upToNow(record.steps), upToNow(stagesOf(release).map(stageName))];
  return isDeepStrictEqual(began, found) ? undefined : hold({ code: 'steps-changed', began, found });
};
