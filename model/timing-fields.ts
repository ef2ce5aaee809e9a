/** The times of a release file. rules.ts holds them together: the shutdown budget, and which side gives up first. */
import * as z from 'zod';
import { inSeconds, seconds } from './fields';
import { told } from './told';

export const timings = z
  .strictObject({
    shutdownDelay: seconds({ least: 1 })
      .prefault('8s')
      .meta(
        told(
          'How long a pod serves on after its deletion, by its preStop hook. At least endpointPropagation. A workload with a preStop hook of its own keeps that.',
          '10s',
        ),
      ),
    longestRequest: seconds({ least: 1 })
      .prefault('15s')
      .meta(
        told(
          'The longest time that one request takes. Pods that end have it to finish; a version that leaves stays so long after its last route; an analysis by requests waits so long for an answer.',
          '30s',
        ),
      ),
    exitMargin: seconds({ least: 1 })
      .prefault('3s')
      .meta(told('The time that a pod has from its last answer to the end of its process.', '5s')),
    gracePeriod: seconds()
      .optional()
      .meta(
        told(
          'terminationGracePeriodSeconds: after it the kubelet kills an ending pod. More than shutdownDelay, longestRequest and exitMargin together. Left out: the next multiple of 10 s above their sum, to which the profile rolling-update adds keepAlive. A workload that says its own keeps that.',
          '60s',
        ),
      ),
    endpointPropagation: seconds({ least: 1 })
      .prefault('5s')
      .meta(told('The longest time from the deletion of a pod until the last proxy has stopped sending to it.', '8s')),
    minReady: seconds()
      .prefault('0s')
      .meta(
        told(
          'minReadySeconds: how long a new pod has to be ready until it counts as available. A workload says it in its YAML.',
          '5s',
        ),
      ),
    progressDeadline: seconds({ least: 1 })
      .prefault('2m')
      .meta(
        told(
          'progressDeadlineSeconds, and how long `handover run` waits for the pods of a new version: then all traffic goes back to the old one. More than startup and minReady together.',
          '5m',
        ),
      ),
    startup: seconds({ least: 1 })
      .prefault('1m')
      .meta(
        told(
          'How long a container may take to start: then the startup probe gives up, and the kubelet restarts it. A workload has probes of its own.',
          '90s',
        ),
      ),
    keepAlive: seconds({ least: 1 })
      .prefault('72s')
      .meta(
        told(
          'How long the service keeps an idle connection open. The bundled service is told; for a workload, write what your program does.',
          '75s',
        ),
      ),
    idleTimeout: seconds({ least: 1 })
      .prefault('30s')
      .meta(
        told(
          'After this time proxies close an idle connection to a pod. Less than keepAlive, so that no proxy uses a connection that the service is closing. Not with the profile rolling-update.',
          '60s',
        ),
      ),
    connectTimeout: seconds({ least: 1 })
      .prefault('5s')
      .meta(
        told(
          'After this time proxies give up connecting to a pod. A drain waits for it. Not with the profile rolling-update.',
          '2s',
        ),
      ),
    drainWindow: seconds({ least: 1 })
      .prefault('1s')
      .meta(
        told(
          'A version is drained when nothing of it was in flight for this long. With inFlight: proxies it is longestRequest at least. Not with the profile rolling-update.',
          '5s',
        ),
      ),
    drainLimit: seconds({ least: 1 })
      .optional()
      .meta(
        told(
          'When a drain takes longer, the driver ends and removes nothing. More than longestRequest, connectTimeout and drainWindow. Left out: 5 minutes more than the longest of the three. Not with the profile rolling-update.',
          '30m',
        ),
      ),
  })
  .transform(
    inSeconds(
      'shutdownDelay',
      'longestRequest',
      'exitMargin',
      'gracePeriod',
      'endpointPropagation',
      'minReady',
      'progressDeadline',
      'startup',
      'keepAlive',
      'idleTimeout',
      'connectTimeout',
      'drainWindow',
      'drainLimit',
    ),
  )
  .prefault({})
  .meta(
    told('How long things take. Each is a duration of whole seconds: a whole number and s, m or h, at most 12h.', {
      longestRequest: '30s',
      shutdownDelay: '10s',
    }),
  );
