/** The whole of each chart, for the reader of a change. What has to hold is asserted in the other files. */
import { App } from 'cdk8s';
import { addReleaseCharts } from '../../charts';
import { moments, releaseOf } from '../support/release';

describe.each(Object.entries(moments))('%s', (_, release) => {
  test.each(addReleaseCharts(new App(), release).map((chart) => [chart.node.id, chart] as const))(
    'chart %s',
    (_id, chart) => {
      expect(chart.toJson()).toMatchSnapshot();
    },
  );
});

test('a rolling update', () => {
  const [, workload] = addReleaseCharts(new App(), releaseOf({ profile: 'rolling-update' }));
  expect(workload?.toJson()).toMatchSnapshot();
});
