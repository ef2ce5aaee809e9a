/** A step is known by its place: with other steps before it in the file, the same number means another step. */
import { hold } from '../decision';
import { describeStage, stagesOf } from '../stages';
import type { Rule } from './situation';

/** What is still to come may be edited while a release is under way; what was, and the step that is, may not. */
export const otherSteps: Rule = ({ release, record }) => {
  if (record.mode !== 'run' || record.steps === undefined) return undefined;
  const upToNow = (steps: readonly string[]) => steps.slice(0, record.step + 1).join(', ');
  const [began, found] = [upToNow(record.steps), upToNow(stagesOf(release).map(describeStage))];
  if (began === found) return undefined;
  return hold(`the release began with the steps ${began}, and the file has ${found}; put them back, promote or abort`);
};
