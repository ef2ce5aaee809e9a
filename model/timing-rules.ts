/** Rules about time: the shutdown budget (invariant S10), and which side gives up first. */
import { shortestDrainSeconds } from './drain';
import { formatSeconds } from './duration';
import type { Rule } from './rule';
import { defaultGracePeriodSeconds, shutdownSeconds } from './timing';

/** At the end of the grace period the kubelet kills the pod, and what it was answering is lost. */
const budgetAddsUp: Rule = ({ timings }) => {
  if (timings?.gracePeriodSeconds === undefined || shutdownSeconds(timings) < timings.gracePeriodSeconds) return [];
  return [
    {
      path: ['timings', 'gracePeriod'],
      expected: `more than shutdownDelay + longestRequest + exitMargin = ${formatSeconds(shutdownSeconds(timings))}`,
      found: formatSeconds(timings.gracePeriodSeconds),
      fix: `raise it to ${formatSeconds(defaultGracePeriodSeconds(timings))}, or leave it out to have it computed`,
    },
  ];
};

/** A pod that stops before the last proxy knows is sent requests that nobody answers. */
const shutdownDelayOutlastsPropagation: Rule = ({ timings }) =>
  !timings || timings.shutdownDelaySeconds >= timings.endpointPropagationSeconds
    ? []
    : [
        {
          path: ['timings', 'shutdownDelay'],
          expected: `at least endpointPropagation = ${formatSeconds(timings.endpointPropagationSeconds)}`,
          found: formatSeconds(timings.shutdownDelaySeconds),
          fix: `raise it to ${formatSeconds(timings.endpointPropagationSeconds)}`,
        },
      ];

/** Invariant S10. Callers that build a release without a file are held to it, too. */
export const shutdownFitsGracePeriod: Rule = (file) => [
  ...budgetAddsUp(file),
  ...shutdownDelayOutlastsPropagation(file),
];

/** A service that closes an idle connection just as a proxy reuses it answers 503 UC (envoy#14981). */
export const proxiesCloseIdleConnectionsFirst: Rule = ({ timings }) =>
  !timings || timings.idleTimeoutSeconds < timings.keepAliveSeconds
    ? []
    : [
        {
          path: ['timings', 'idleTimeout'],
          expected: `less than keepAlive = ${formatSeconds(timings.keepAliveSeconds)}`,
          found: formatSeconds(timings.idleTimeoutSeconds),
          fix: 'lower it, so that the proxy and not the service closes idle connections',
        },
      ];

/** With a limit below what every drain takes, every release would end at its last step, with the old version still there. */
export const drainFitsItsLimit: Rule = ({ timings }) => {
  if (timings?.drainLimitSeconds === undefined) return [];
  const least = shortestDrainSeconds(timings);
  if (timings.drainLimitSeconds > least) return [];
  return [
    {
      path: ['timings', 'drainLimit'],
      expected: `more than longestRequest, connectTimeout and drainWindow, of which the longest is ${formatSeconds(least)}`,
      found: formatSeconds(timings.drainLimitSeconds),
      fix: `raise it to at least ${formatSeconds(least + 1)}, or leave it out to have it computed`,
    },
  ];
};

/**
 * Kubernetes counts a rollout as failed at the deadline. A pod that starts as slowly as the file allows would be taken for
 * one that never does, and a healthy version rolled back.
 */
export const progressOutlastsStart: Rule = ({ timings }) => {
  if (!timings) return [];
  const { startupSeconds, minReadySeconds, progressDeadlineSeconds } = timings;
  const least = startupSeconds + minReadySeconds;
  if (progressDeadlineSeconds > least) return [];
  return [
    {
      path: ['timings', 'progressDeadline'],
      expected: `more than startup + minReady = ${formatSeconds(least)}`,
      found: formatSeconds(progressDeadlineSeconds),
      fix: `raise it to ${formatSeconds(2 * least)}, as images take time, too, or lower startup`,
    },
  ];
};

/** A shorter try cuts off the longest requests and sends them again. */
export const triesOutlastRequests: Rule = ({ timings, retries }) => {
  const seconds = retries?.perTryTimeoutSeconds;
  if (!timings || seconds === undefined || seconds >= timings.longestRequestSeconds) return [];
  return [
    {
      path: ['retries', 'perTryTimeout'],
      expected: `at least longestRequest = ${formatSeconds(timings.longestRequestSeconds)}`,
      found: formatSeconds(seconds),
      fix: `raise it to ${formatSeconds(timings.longestRequestSeconds)}, or lower timings.longestRequest`,
    },
  ];
};
